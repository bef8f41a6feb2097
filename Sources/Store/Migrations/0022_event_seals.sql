-- Who follows the log keeps its place in it, and what was recorded is sealed.

-- How far each subscriber has come. Reached only through the functions below.
create table event_cursor (
    name text primary key,
    turn bigint not null,
    event_no bigint not null
);

alter table event_cursor enable row level security;

-- The place of a subscriber, for as long as the transaction lasts: nobody else can work under this
-- name meanwhile. No row when somebody does.
create function event_cursor_take(p_name text) returns table (turn bigint, event_no bigint)
    language plpgsql security definer set search_path = public, pg_temp
    as $$
    begin
        if not pg_try_advisory_xact_lock(hashtextextended('event cursor ' || p_name, 0)) then
            return;
        end if;
        insert into event_cursor values (p_name, 0, 0) on conflict (name) do nothing;
        return query select c.turn, c.event_no from event_cursor c where c.name = p_name;
    end $$;

create function event_cursor_move(p_name text, p_turn bigint, p_number bigint) returns void
    language sql security definer set search_path = public, pg_temp
    as $$ update event_cursor set turn = p_turn, event_no = p_number where name = p_name $$;

-- Each seal covers the events of one retention after the seal before it. It is a hash over that seal
-- and over a digest of these events, so what is changed, added or missing later shows. What is too
-- old is removed by whole seals: the events and their digests go, the seal stays in the chain.
create table event_seal (
    workspace_id uuid not null,
    retention text not null check (retention in ('lasting', 'usual', 'brief')),
    seal_no bigint not null,
    last_turn bigint not null,
    last_no bigint not null,
    event_count int not null check (event_count > 0),
    newest_at timestamptz not null,
    digests bytea not null,
    digest bytea not null,
    seal bytea not null,
    sealed_at timestamptz not null,
    removed_at timestamptz,
    primary key (workspace_id, retention, seal_no)
);

alter table event_seal enable row level security;
create policy own_workspace on event_seal
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert on event_seal to frontdesk_app;

-- Removes the events under the oldest seal of the workspace that are all from before a moment; gives
-- how many.
create function event_remove_sealed(p_retention text, p_before timestamptz, p_now timestamptz)
    returns bigint
    language plpgsql security definer set search_path = public, pg_temp
    as $$
    declare
        oldest event_seal;
        removed bigint;
    begin
        select * into oldest from event_seal s
            where s.workspace_id = current_workspace() and s.retention = p_retention
                and s.removed_at is null
            order by s.seal_no limit 1 for update;
        if oldest is null or oldest.newest_at >= p_before then return 0; end if;
        delete from event e
            where e.workspace_id = current_workspace() and e.retention = p_retention
                and (e.turn, e.event_no) <= (oldest.last_turn, oldest.last_no);
        get diagnostics removed = row_count;
        update event_seal s set removed_at = p_now, digests = ''
            where s.workspace_id = current_workspace() and s.retention = p_retention
                and s.seal_no = oldest.seal_no;
        return removed;
    end $$;

-- After a restore into a server that has run fewer transactions, new places would lie before those
-- that were restored, and no follower would see them. For the owner of the tables, at each start:
-- it changes nothing where the newest place is from this server.
create function event_catch_up() returns void
    language plpgsql set search_path = public, pg_temp
    as $$
    declare
        newest bigint;
        next bigint;
    begin
        select greatest(
            (select max(turn) from event), (select max(turn) from event_cursor),
            (select max(last_turn) from event_seal)) into newest;
        select pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            + coalesce((select value::bigint from installation where fact = 'event_turn_shift'), 0)
            into next;
        if newest is null or newest < next then return; end if;
        insert into installation values ('event_turn_shift', (newest - next + 1)::text)
        on conflict (fact) do update
            set value = (installation.value::bigint + newest - next + 1)::text;
    end $$;

revoke execute on function
    event_cursor_take(text), event_cursor_move(text, bigint, bigint),
    event_remove_sealed(text, timestamptz, timestamptz), event_catch_up()
    from public;
grant execute on function
    event_cursor_take(text), event_cursor_move(text, bigint, bigint),
    event_remove_sealed(text, timestamptz, timestamptz)
    to frontdesk_app;
