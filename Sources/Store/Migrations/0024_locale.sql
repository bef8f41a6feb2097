-- How people are written to: language, country, order of dates, clock. Said by people, and never
-- guessed from a currency or a time zone.
alter table workspace add column language text not null default 'en'
    check (language ~ '^[a-z]{2,3}$');
alter table workspace add column region text check (region ~ '^[A-Z]{2}$');
alter table workspace add column date_order text not null default 'dmy'
    check (date_order in ('dmy', 'mdy', 'ymd'));
alter table workspace add column clock text not null default '24' check (clock in ('12', '24'));

-- Workspaces that are here already keep the dates and times that their customers have read until
-- now, which went by the currency. Their country stays unknown until somebody says it.
update workspace set clock = '12' where currency in
    ('USD', 'AUD', 'CAD', 'NZD', 'INR', 'PHP', 'PKR', 'BDT', 'EGP', 'SAR');
update workspace set date_order = 'mdy' where currency = 'USD';

-- A customer may be written to in another way than the workspace's.
alter table contact add column language text check (language ~ '^[a-z]{2,3}$');
alter table contact add column region text check (region ~ '^[A-Z]{2}$');
alter table contact add column date_order text check (date_order in ('dmy', 'mdy', 'ymd'));
alter table contact add column clock text check (clock in ('12', '24'));
alter table contact add constraint contact_locale_is_whole check (
    (language is null) = (date_order is null) and (language is null) = (clock is null)
    and (language is not null or region is null));
