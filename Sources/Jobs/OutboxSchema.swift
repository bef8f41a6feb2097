/// The outbox's table and functions, as a migration takes them.
///
/// A worker serves all workspaces, so what it does runs as the table's owner (SECURITY DEFINER);
/// for that the table must not force row-level security on its owner. The migration grants execute
/// to the pool's role.
package enum OutboxSchema {
    /// Names with argument types, for `grant execute on function …`.
    package static let functions = [
        "outbox_claim(text, timestamptz, timestamptz, uuid, int, int)",
        "outbox_extend(uuid, uuid, timestamptz)",
        "outbox_finish(uuid, uuid, timestamptz)",
        "outbox_give_back(uuid, uuid, timestamptz, text, boolean, boolean)",
        "outbox_depth()",
        "outbox_prune(timestamptz, int)",
    ]

    package static let table = """
        create table outbox (
            id uuid primary key,
            workspace_id uuid not null,
            lane text not null,
            kind text not null,
            payload jsonb not null,
            key text,
            subject text,
            state text not null check (state in ('queued', 'running', 'done', 'parked')),
            run_after timestamptz not null,
            attempts int not null check (attempts >= 0),
            lease_until timestamptz,
            lease_token uuid,
            last_error text,
            created_at timestamptz not null,
            finished_at timestamptz,
            unique (workspace_id, key),
            check (state <> 'running' or (lease_token is not null and lease_until is not null)),
            check ((state = 'done') = (finished_at is not null))
        );
        create index outbox_queued on outbox (lane, workspace_id, run_after, id)
            where state = 'queued';
        create index outbox_running on outbox (lane, workspace_id, lease_until)
            where state = 'running';
        create index outbox_subject on outbox (workspace_id, lane, subject, created_at, id)
            where subject is not null and state in ('queued', 'running');
        create unique index outbox_subject_running on outbox (workspace_id, lane, subject)
            where subject is not null and state = 'running';
        create index outbox_parked on outbox (workspace_id, created_at) where state = 'parked';
        create index outbox_done on outbox (finished_at) where state = 'done';
        """

    /// Claims of one lane are made one after the other, so that fairness and the order of a subject
    /// are decided on settled rows.
    ///
    /// Workspaces with queued jobs are found by skipping through the index, and each offers at most
    /// `p_limit` of its own: a claim costs workspaces × limit, however long a queue is. A job's turn
    /// is its place in its workspace's queue plus what that workspace has running.
    package static let claim = """
        create function outbox_claim(
            p_lane text, p_now timestamptz, p_until timestamptz, p_token uuid, p_limit int,
            p_attempts int
        ) returns setof outbox
        language plpgsql security definer set search_path = public, pg_temp as $$
        begin
            perform pg_advisory_xact_lock(hashtextextended('outbox ' || p_lane, 0));
            update outbox set
                state = case when attempts >= p_attempts then 'parked' else 'queued' end,
                lease_token = null, lease_until = null, last_error = 'the lease lapsed'
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
                        and (o.subject is null or not exists (
                            select from outbox e
                            where e.workspace_id = o.workspace_id and e.lane = o.lane
                                and e.subject = o.subject and e.state in ('queued', 'running')
                                and (e.state = 'running'
                                    or (e.created_at, e.id) < (o.created_at, o.id))))
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
                lease_until = p_until, lease_token = p_token
            from locked l where o.id = l.id
            returning o.*;
        end $$;
        """

    /// Everything after the claim names the lease's token: a lease that was lost changes nothing.
    package static let settle = """
        create function outbox_extend(p_id uuid, p_token uuid, p_until timestamptz)
        returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
        begin
            update outbox set lease_until = p_until
            where id = p_id and lease_token = p_token and state = 'running';
            return found;
        end $$;

        create function outbox_finish(p_id uuid, p_token uuid, p_now timestamptz)
        returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
        begin
            update outbox set state = 'done', finished_at = p_now, lease_until = null,
                last_error = null
            where id = p_id and lease_token = p_token and state = 'running';
            if found then return true; end if;
            return exists (select from outbox
                where id = p_id and lease_token = p_token and state = 'done');
        end $$;

        create function outbox_give_back(
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
                lease_token = null, lease_until = null
            where id = p_id and lease_token = p_token and state = 'running';
            return found;
        end $$;

        create function outbox_depth()
        returns table (lane text, state text, count bigint, oldest timestamptz)
        language sql stable security definer set search_path = public, pg_temp as $$
            select o.lane, o.state, count(*), min(o.run_after) from outbox o
            where o.state <> 'done' group by o.lane, o.state order by o.lane, o.state
        $$;

        create function outbox_prune(p_before timestamptz, p_limit int)
        returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
        declare removed bigint;
        begin
            delete from outbox where id in (
                select id from outbox where state = 'done' and finished_at < p_before
                order by finished_at limit p_limit for update skip locked);
            get diagnostics removed = row_count;
            return removed;
        end $$;
        """

    /// Functions are open to everybody until this is said.
    package static let closed = functions.map {
        "revoke execute on function \($0) from public;"
    }.joined(separator: "\n")

    /// All of it, in order.
    package static let sql = [table, claim, settle, closed].joined(separator: "\n\n")
}
