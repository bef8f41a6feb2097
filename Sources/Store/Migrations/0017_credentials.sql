-- Secrets for outside services. The database alone gives none away: each workspace's data key is
-- wrapped by a master key that is in a file or in the environment, never here, and each secret is
-- sealed with the data key and bound to its workspace and name (AES-256-GCM).
create table credential_key (
    workspace_id uuid primary key references workspace,
    -- Names the master key, without telling it.
    master_key text not null check (master_key ~ '^[0-9a-f]{32}$'),
    wrapped bytea not null,
    changed_at timestamptz not null
);

create table credential (
    workspace_id uuid not null references credential_key,
    provider text not null check (provider ~ '^[a-z][a-z0-9_-]{0,39}$'),
    name text not null check (name ~ '^[a-z][a-z0-9_-]{0,39}$'),
    sealed bytea not null check (octet_length(sealed) between 28 and 16412),
    changed_at timestamptz not null,
    primary key (workspace_id, provider, name)
);

alter table credential_key enable row level security;
alter table credential enable row level security;
create policy own_workspace on credential_key
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on credential
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on credential_key to frontdesk_app;
grant select, insert, update, delete on credential to frontdesk_app;

-- For whoever looks after the installation: which master keys are needed. Neither tells a secret.
create function master_keys_in_use()
    returns table (master_key text, workspaces bigint, credentials bigint)
    language sql stable security definer set search_path = public, pg_temp
    as $$
        select k.master_key, count(distinct k.workspace_id), count(c.workspace_id)
        from credential_key k left join credential c using (workspace_id)
        group by k.master_key order by k.master_key
    $$;

create function workspaces_not_under_master_key(wanted text) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp
    as $$
        select workspace_id from credential_key where master_key <> wanted order by workspace_id
    $$;

revoke execute on function master_keys_in_use(), workspaces_not_under_master_key(text) from public;
grant execute on function master_keys_in_use(), workspaces_not_under_master_key(text)
    to frontdesk_app;
