-- Whoever saves what somebody else has changed meanwhile is told: each thing that people edit counts
-- its changes. A workspace has two, since the business and its hours are two forms.
alter table service add column version int not null default 1;
alter table staff_member add column version int not null default 1;
alter table workspace add column profile_version int not null default 1;
alter table workspace add column hours_version int not null default 1;

-- The validator of what a request changed, given again with its answer.
alter table idempotent_response add column etag text;
-- Fingerprints were plain hashes of requests, some of which hold a password. The answers are kept: a
-- retry under one of their keys gets its answer whatever it asks, and after a day they are gone.
update idempotent_response set fingerprint = '' where status <> 0;
delete from idempotent_response where status = 0;
