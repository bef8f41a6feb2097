-- Jobs that end in time: order only among those that are due, a last moment after which a job is
-- worthless, and leases that end with the worker that holds them.

alter table outbox add column not_after timestamptz;
-- The sign of life of the worker that holds the lease: an advisory lock of one of its sessions.
alter table outbox add column lease_worker bigint;

alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check
    check (state in ('queued', 'running', 'done', 'parked', 'expired'));
alter table outbox drop constraint outbox_check1;
alter table outbox add constraint outbox_check1
    check ((state in ('done', 'expired')) = (finished_at is not null));

create index outbox_not_after on outbox (not_after)
    where state = 'queued' and not_after is not null;
drop index outbox_done;
create index outbox_done on outbox (finished_at) where state in ('done', 'expired');

-- How many documents wait is asked before each upload.
create index document_under_way on document (workspace_id)
    where status in ('received', 'extracting', 'embedding');

-- As before (0006), but: a job that is not due, or that has expired, holds up nobody and is not
-- given; and a lease names its worker.
drop function outbox_claim(text, timestamptz, timestamptz, uuid, int, int);
create function outbox_claim(
    p_lane text, p_now timestamptz, p_until timestamptz, p_token uuid, p_limit int,
    p_attempts int, p_worker bigint default null
) returns setof outbox
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('outbox ' || p_lane, 0));
    update outbox set
        state = case when attempts >= p_attempts then 'parked' else 'queued' end,
        lease_token = null, lease_until = null, lease_worker = null,
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
                and (o.subject is null or not exists (
                    select from outbox e
                    where e.workspace_id = o.workspace_id and e.lane = o.lane
                        and e.subject = o.subject and e.state in ('queued', 'running')
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

create or replace function outbox_finish(p_id uuid, p_token uuid, p_now timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update outbox set state = 'done', finished_at = p_now, lease_until = null,
        lease_worker = null, last_error = null
    where id = p_id and lease_token = p_token and state = 'running';
    if found then return true; end if;
    return exists (select from outbox
        where id = p_id and lease_token = p_token and state = 'done');
end $$;

create or replace function outbox_give_back(
    p_id uuid, p_token uuid, p_run_after timestamptz, p_error text, p_parked boolean,
    p_counted boolean
) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update outbox set
        state = case when p_parked then 'parked' else 'queued' end,
        run_after = coalesce(p_run_after, run_after),
        attempts = case when p_counted then attempts else greatest(attempts - 1, 0) end,
        last_error = coalesce(p_error, last_error),
        lease_token = null, lease_until = null, lease_worker = null
    where id = p_id and lease_token = p_token and state = 'running';
    return found;
end $$;

-- The workers that hold leases and are not alive: nobody has their lock. The locks that are taken
-- here keep one that comes back waiting until the transaction has decided.
create function outbox_missing_workers(p_worker bigint)
returns setof bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare worker bigint;
begin
    for worker in
        select distinct o.lease_worker from outbox o
        where o.state = 'running' and o.lease_worker is not null
            and o.lease_worker is distinct from p_worker
        order by 1
    loop
        if pg_try_advisory_xact_lock(worker) then return next worker; end if;
    end loop;
end $$;

-- Ends leases that nobody works under: those of missing workers, of claims whose answer was lost,
-- and of jobs (token and id side by side) that could not be given back. The next claim takes their
-- jobs as it takes those of lapsed leases. Gives the lanes.
create function outbox_end_leases(
    p_now timestamptz, p_workers bigint[], p_claims uuid[], p_tokens uuid[], p_ids uuid[]
) returns setof text
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    with ended as (
        update outbox o set lease_until = p_now
        where o.state = 'running' and o.lease_until > p_now
            and (o.lease_worker = any(p_workers) or o.lease_token = any(p_claims)
                or (o.lease_token, o.id) in (select * from unnest(p_tokens, p_ids)))
        returning o.lane
    )
    select distinct e.lane from ended e;
end $$;

-- Drops queued jobs whose last moment is over, a bounded number, with a mark; counts them by kind.
create function outbox_expire(p_lanes text[], p_now timestamptz, p_limit int)
returns table (lane text, kind text, count bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    with dropped as (
        update outbox o set state = 'expired', finished_at = p_now,
            last_error = 'not done by its time'
        where o.id in (
            select q.id from outbox q
            where q.state = 'queued' and q.not_after <= p_now and q.lane = any(p_lanes)
            order by q.not_after limit p_limit for update skip locked)
        returning o.lane, o.kind
    )
    select d.lane, d.kind, count(*) from dropped d group by d.lane, d.kind;
end $$;

create or replace function outbox_depth()
returns table (lane text, state text, count bigint, oldest timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select o.lane, o.state, count(*), min(o.run_after) from outbox o
    where o.state not in ('done', 'expired') group by o.lane, o.state order by o.lane, o.state
$$;

create or replace function outbox_prune(p_before timestamptz, p_limit int)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare removed bigint;
begin
    delete from outbox where id in (
        select id from outbox where state in ('done', 'expired') and finished_at < p_before
        order by finished_at limit p_limit for update skip locked);
    get diagnostics removed = row_count;
    return removed;
end $$;

revoke execute on function outbox_claim(text, timestamptz, timestamptz, uuid, int, int, bigint) from public;
grant execute on function outbox_claim(text, timestamptz, timestamptz, uuid, int, int, bigint) to frontdesk_app;
revoke execute on function outbox_missing_workers(bigint) from public;
grant execute on function outbox_missing_workers(bigint) to frontdesk_app;
revoke execute on function outbox_end_leases(timestamptz, bigint[], uuid[], uuid[], uuid[]) from public;
grant execute on function outbox_end_leases(timestamptz, bigint[], uuid[], uuid[], uuid[]) to frontdesk_app;
revoke execute on function outbox_expire(text[], timestamptz, int) from public;
grant execute on function outbox_expire(text[], timestamptz, int) to frontdesk_app;
