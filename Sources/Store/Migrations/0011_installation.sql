-- Facts about the installation as a whole: which data folder belongs to this database, and which
-- backup was restored last. Only the owner of the tables reads and writes them.

create table installation (
    fact text primary key,
    value text not null
);

alter table installation enable row level security;
