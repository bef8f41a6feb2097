-- Kinds of work belong to the columns: attempts are counted per kind, by the worker that knows it, so a
-- claim parks nothing any more. Order is by the serial key that a kind asks for.

alter table outbox rename column subject to serial_key;
alter index outbox_subject rename to outbox_serial_key;
alter index outbox_subject_running rename to outbox_serial_key_running;
alter function outbox_give_back(uuid, uuid, timestamptz, text, boolean, boolean)
    rename to outbox_release;

-- Keys that stay used when their jobs are gone: where twice would be seen outside, such as a text.
create table job_once (
    workspace_id uuid not null,
    key text not null,
    kind text not null,
    kept_until timestamptz not null,
    primary key (workspace_id, key)
);
create index job_once_kept_until on job_once (kept_until);

alter table job_once enable row level security;

create policy own_workspace on job_once
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());

grant select, insert, update, delete on job_once to frontdesk_app;

-- As before (0010), but without a limit of attempts.
drop function outbox_claim(text, timestamptz, timestamptz, uuid, int, int, bigint);
create function outbox_claim(
    p_lane text, p_now timestamptz, p_until timestamptz, p_token uuid, p_limit int,
    p_worker bigint default null
) returns setof outbox
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('outbox ' || p_lane, 0));
    update outbox set
        state = 'queued', lease_token = null, lease_until = null, lease_worker = null,
        last_error = 'the lease lapsed'
    where id in (
        select id from outbox
        where lane = p_lane and state = 'running' and lease_until <= p_now
        for update skip locked);
    return query
    with recursive workspace (id) as (
        (select o.workspace_id from outbox o
            where o.lane = p_lane and o.state = 'queued'
            order by o.workspace_id limit 1)
        union all
        select (select o.workspace_id from outbox o
            where o.lane = p_lane and o.state = 'queued' and o.workspace_id > w.id
            order by o.workspace_id limit 1)
        from workspace w where w.id is not null
    ), offered as (
        select w.id as workspace_id, j.id, j.run_after,
            row_number() over (partition by w.id order by j.run_after, j.id) as place
        from workspace w cross join lateral (
            select o.id, o.run_after from outbox o
            where o.lane = p_lane and o.workspace_id = w.id and o.state = 'queued'
                and o.run_after <= p_now
                and (o.not_after is null or o.not_after > p_now)
                and (o.serial_key is null or not exists (
                    select from outbox e
                    where e.workspace_id = o.workspace_id and e.lane = o.lane
                        and e.serial_key = o.serial_key and e.state in ('queued', 'running')
                        and (e.state = 'running'
                            or (e.run_after <= p_now
                                and (e.not_after is null or e.not_after > p_now)
                                and (e.created_at, e.id) < (o.created_at, o.id)))))
            order by o.run_after, o.id limit p_limit
        ) j
        where w.id is not null
    ), busy as (
        select o.workspace_id, count(*) as running from outbox o
        where o.lane = p_lane and o.state = 'running' group by o.workspace_id
    ), chosen as (
        select f.id from offered f left join busy b on b.workspace_id = f.workspace_id
        order by f.place + coalesce(b.running, 0), f.run_after, f.id limit p_limit
    ), locked as (
        select o.id from outbox o join chosen c on c.id = o.id
        where o.state = 'queued' for update of o skip locked
    )
    update outbox o set state = 'running', attempts = o.attempts + 1,
        lease_until = p_until, lease_token = p_token, lease_worker = p_worker
    from locked l where o.id = l.id
    returning o.*;
end $$;

drop function outbox_depth();
create function outbox_depth()
returns table (lane text, kind text, state text, count bigint, oldest timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select o.lane, o.kind, o.state, count(*), min(o.run_after) from outbox o
    where o.state not in ('done', 'expired')
    group by o.lane, o.kind, o.state order by o.lane, o.kind, o.state
$$;

create or replace function outbox_prune(p_before timestamptz, p_limit int)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare removed bigint;
begin
    delete from job_once where (workspace_id, key) in (
        select workspace_id, key from job_once where kept_until < p_before
        order by kept_until limit p_limit for update skip locked);
    delete from outbox where id in (
        select id from outbox where state in ('done', 'expired') and finished_at < p_before
        order by finished_at limit p_limit for update skip locked);
    get diagnostics removed = row_count;
    return removed;
end $$;

revoke execute on function outbox_claim(text, timestamptz, timestamptz, uuid, int, bigint) from public;
grant execute on function outbox_claim(text, timestamptz, timestamptz, uuid, int, bigint) to frontdesk_app;
revoke execute on function outbox_depth() from public;
grant execute on function outbox_depth() to frontdesk_app;
