-- Workspaces, the people who sign in, and the two walls between workspaces: a workspace_id that
-- leads every index, and row-level security for the role that the pool connects as.

do $$
begin
    if not exists (select from pg_roles where rolname = 'frontdesk_app') then
        create role frontdesk_app nosuperuser nobypassrls nocreatedb nocreaterole login;
    end if;
exception
    -- Roles belong to the whole server: another database's migration was a moment faster.
    when duplicate_object or unique_violation then null;
end
$$;

grant usage on schema public to frontdesk_app;

-- The workspace of the running transaction; null when none was set, so that nothing is visible.
-- A pooled connection keeps '' after a local setting, hence nullif.
create function current_workspace() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.workspace_id', true), '')::uuid $$;

create table workspace (
    workspace_id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9](-?[a-z0-9]){1,62}$'),
    name text not null,
    vertical text not null,
    phone text not null,
    address text not null,
    time_zone text not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    assistant_name text not null,
    greeting text not null,
    hours jsonb not null,
    closures date[] not null,
    policy jsonb not null,
    catalogue_version bigint not null,
    created_at timestamptz not null
);

create table account (
    workspace_id uuid not null references workspace,
    account_id uuid not null,
    email text not null unique check (email = lower(email)),
    name text not null,
    role text not null check (role in ('auditor', 'staff', 'manager', 'owner')),
    password_hash text not null,
    is_active boolean not null,
    created_at timestamptz not null,
    primary key (workspace_id, account_id)
);

-- One row for each sign-in. Tokens are opaque; only their SHA-256 is kept.
create table account_session (
    workspace_id uuid not null,
    session_id uuid not null,
    account_id uuid not null,
    kind text not null check (kind in ('page', 'api')),
    token_hash bytea not null unique,
    refresh_hash bytea unique,
    expires_at timestamptz not null,
    refresh_expires_at timestamptz,
    created_at timestamptz not null,
    primary key (workspace_id, session_id),
    foreign key (workspace_id, account_id) references account on delete cascade
);

-- Failed sign-ins by a hash of who tried; reached only through functions.
create table sign_in_throttle (
    throttle_key bytea primary key,
    failures int not null,
    last_failure_at timestamptz not null
);

create table audit_entry (
    workspace_id uuid not null references workspace,
    entry_id uuid not null,
    account_id uuid,
    action text not null,
    subject text not null,
    detail jsonb not null,
    at timestamptz not null,
    primary key (workspace_id, entry_id)
);

create index audit_entry_by_time on audit_entry (workspace_id, at desc);

alter table workspace enable row level security;
alter table account enable row level security;
alter table account_session enable row level security;
alter table sign_in_throttle enable row level security;
alter table audit_entry enable row level security;

create policy own_workspace on workspace
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on account
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on account_session
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on audit_entry
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());

grant select, insert, update on workspace to frontdesk_app;
grant select, insert, update on account to frontdesk_app;
grant select, insert, update, delete on account_session to frontdesk_app;
grant select, insert on audit_entry to frontdesk_app;

-- What must be found before the workspace is known. Each function answers one question about one
-- key that the caller already holds. pg_temp comes last in the search path: a temporary table must
-- not stand in for ours.

create function workspace_of_slug(wanted text) returns uuid
    language sql stable security definer set search_path = public, pg_temp
    as $$ select workspace_id from workspace where slug = wanted $$;

create function account_of_email(wanted text)
    returns table (workspace_id uuid, account_id uuid, password_hash text, is_active boolean)
    language sql stable security definer set search_path = public, pg_temp
    as $$
        select a.workspace_id, a.account_id, a.password_hash, a.is_active
        from account a where a.email = wanted
    $$;

create function workspace_of_session_token(wanted bytea) returns uuid
    language sql stable security definer set search_path = public, pg_temp
    as $$ select workspace_id from account_session where token_hash = wanted $$;

create function workspace_of_refresh_token(wanted bytea) returns uuid
    language sql stable security definer set search_path = public, pg_temp
    as $$ select workspace_id from account_session where refresh_hash = wanted $$;

create function sign_in_failures(wanted bytea)
    returns table (failures int, last_failure_at timestamptz)
    language sql stable security definer set search_path = public, pg_temp
    as $$
        select t.failures, t.last_failure_at from sign_in_throttle t where t.throttle_key = wanted
    $$;

create function note_sign_in_failure(wanted bytea, at timestamptz, forget_before timestamptz)
    returns void
    language sql security definer set search_path = public, pg_temp
    as $$
        delete from sign_in_throttle where last_failure_at < forget_before;
        insert into sign_in_throttle as t values (wanted, 1, at)
        on conflict (throttle_key) do update
            set failures = t.failures + 1, last_failure_at = excluded.last_failure_at;
    $$;

create function clear_sign_in_failures(wanted bytea) returns void
    language sql security definer set search_path = public, pg_temp
    as $$ delete from sign_in_throttle where throttle_key = wanted $$;

create function take_back_sign_in_failure(wanted bytea) returns void
    language sql security definer set search_path = public, pg_temp
    as $$
        update sign_in_throttle set failures = failures - 1
        where throttle_key = wanted and failures > 0
    $$;

-- A workspace and its first owner come into being before any workspace is set.
create function workspace_count() returns bigint
    language sql stable security definer set search_path = public, pg_temp
    as $$ select count(*) from workspace $$;

-- The workspaces whose caches a worker keeps warm.
create function all_workspace_ids() returns setof uuid
    language sql stable security definer set search_path = public, pg_temp
    as $$ select workspace_id from workspace order by workspace_id $$;

revoke execute on function
    workspace_of_slug(text),
    account_of_email(text),
    workspace_of_session_token(bytea),
    workspace_of_refresh_token(bytea),
    sign_in_failures(bytea),
    note_sign_in_failure(bytea, timestamptz, timestamptz),
    clear_sign_in_failures(bytea),
    take_back_sign_in_failure(bytea),
    workspace_count(),
    all_workspace_ids()
    from public;
grant execute on function
    workspace_of_slug(text),
    account_of_email(text),
    workspace_of_session_token(bytea),
    workspace_of_refresh_token(bytea),
    sign_in_failures(bytea),
    note_sign_in_failure(bytea, timestamptz, timestamptz),
    clear_sign_in_failures(bytea),
    take_back_sign_in_failure(bytea),
    workspace_count(),
    all_workspace_ids()
    to frontdesk_app;
