-- Sign-ins are slowed down in memory, by a clock that nobody sets.
drop function sign_in_failures(bytea);
drop function note_sign_in_failure(bytea, timestamptz, timestamptz);
drop function clear_sign_in_failures(bytea);
drop function take_back_sign_in_failure(bytea);
drop table sign_in_throttle;

-- A hash of the network a sign-in was opened from: whoever is signed in from there is no stranger.
alter table account_session add column origin bytea;

create function is_signed_in_from(wanted text, wanted_origin bytea, at timestamptz)
    returns boolean
    language sql stable security definer set search_path = public, pg_temp
    as $$
        select exists (
            select from account a join account_session s using (workspace_id, account_id)
            where a.email = wanted and s.origin = wanted_origin
                and greatest(s.expires_at, s.refresh_expires_at) > at)
    $$;

revoke execute on function is_signed_in_from(text, bytea, timestamptz) from public;
grant execute on function is_signed_in_from(text, bytea, timestamptz) to frontdesk_app;

-- The live code of a phone: one at a time. Codes are made from its id with a key that is not here.
create table portal_code (
    workspace_id uuid not null references workspace,
    phone text not null,
    code_id uuid not null,
    digits int not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    texts int not null,
    ended_at timestamptz,
    -- Wrong codes that were tried for this number, since `guessed_since`.
    guesses int not null,
    guessed_since timestamptz not null,
    primary key (workspace_id, phone)
);

create index portal_code_by_time on portal_code (workspace_id, made_at);

alter table portal_code enable row level security;
create policy own_workspace on portal_code
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on portal_code to frontdesk_app;

-- Which code a session was opened with, a hash of the network that asked, and whether a text was sent.
-- Sessions from before have none: their codes have lapsed.
alter table portal_session
    add column code_id uuid,
    add column network bytea,
    add column is_texted boolean not null default true;

create index portal_session_by_time on portal_session (workspace_id, created_at);
create index portal_session_texted on portal_session (workspace_id, created_at) where is_texted;
