CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

CREATE FUNCTION public.account_of_email(wanted text) RETURNS TABLE(workspace_id uuid, account_id uuid, password_hash text, is_active boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select a.workspace_id, a.account_id, a.password_hash, a.is_active
        from account a where a.email = wanted
    $$;

CREATE FUNCTION public.all_workspace_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select workspace_id from workspace order by workspace_id $$;

CREATE FUNCTION public.blob_is_used(wanted text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select exists (select from document where sha256 = wanted and status <> 'deleted')
            or exists (select from attachment where sha256 = wanted)
    $$;

CREATE FUNCTION public.booking_span_covers() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (
        select from booking b join booking_slot s using (workspace_id, booking_id)
        where b.workspace_id = new.workspace_id and b.booking_id = new.booking_id
            and s.state in ('hold', 'pending_payment', 'confirmed')
            and not s.during @> tstzrange(b.starts_at, b.ends_at))
    then
        raise exception 'the occupied span does not cover the appointment'
            using errcode = 'check_violation', constraint = 'booking_span_covers',
                table = 'booking_slot';
    end if;
    return null;

end
$$;

CREATE FUNCTION public.current_workspace() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select nullif(current_setting('app.workspace_id', true), '')::uuid $$;

CREATE FUNCTION public.event_catch_up() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.event_cursor_move(p_name text, p_turn bigint, p_number bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ update event_cursor set turn = p_turn, event_no = p_number where name = p_name $$;

CREATE FUNCTION public.event_cursor_take(p_name text) RETURNS TABLE(turn bigint, event_no bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    begin
        if not pg_try_advisory_xact_lock(hashtextextended('event cursor ' || p_name, 0)) then
            return;
        end if;
        insert into event_cursor values (p_name, 0, 0) on conflict (name) do nothing;
        return query select c.turn, c.event_no from event_cursor c where c.name = p_name;
    end $$;

CREATE FUNCTION public.event_turn() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select pg_current_xact_id()::text::bigint
            + coalesce((select value::bigint from installation where fact = 'event_turn_shift'), 0)
    $$;

CREATE SEQUENCE public.event_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.event (
    workspace_id uuid NOT NULL,
    turn bigint DEFAULT public.event_turn() NOT NULL,
    event_no bigint DEFAULT nextval('public.event_number'::regclass) NOT NULL,
    at timestamp with time zone NOT NULL,
    "column" text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    retention text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    cause_kind text,
    cause_id text,
    payload jsonb NOT NULL,
    CONSTRAINT event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'customer'::text, 'assistant'::text, 'machine'::text]))),
    CONSTRAINT event_cause_kind_check CHECK ((cause_kind = ANY (ARRAY['draft'::text, 'message'::text, 'rule'::text, 'webhook'::text, 'request'::text]))),
    CONSTRAINT event_check CHECK (((cause_kind IS NULL) = (cause_id IS NULL))),
    CONSTRAINT event_retention_check CHECK ((retention = ANY (ARRAY['lasting'::text, 'usual'::text, 'brief'::text])))
);

CREATE FUNCTION public.event_follow(p_turn bigint, p_number bigint, p_limit integer) RETURNS SETOF public.event
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select * from event
        where (turn, event_no) > (p_turn, p_number) and turn < (select event_horizon())
        order by turn, event_no limit p_limit
    $$;

CREATE FUNCTION public.event_horizon() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            + coalesce((select value::bigint from installation where fact = 'event_turn_shift'), 0)
    $$;

CREATE FUNCTION public.event_is_behind() RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select exists (select from event where turn >= (select event_horizon())) $$;

CREATE FUNCTION public.event_last() RETURNS TABLE(turn bigint, event_no bigint)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select e.turn, e.event_no from event e where e.turn < (select event_horizon())
        order by e.turn desc, e.event_no desc limit 1
    $$;

CREATE FUNCTION public.event_remove_sealed(p_retention text, p_before timestamp with time zone, p_now timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.is_signed_in_from(wanted text, wanted_origin bytea, at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select exists (
            select from account a join account_session s using (workspace_id, account_id)
            where a.email = wanted and s.origin = wanted_origin
                and greatest(s.expires_at, s.refresh_expires_at) > at)
    $$;

CREATE FUNCTION public.master_keys_in_use() RETURNS TABLE(master_key text, workspaces bigint, credentials bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select k.master_key, count(distinct k.workspace_id), count(c.workspace_id)
        from credential_key k left join credential c using (workspace_id)
        group by k.master_key order by k.master_key
    $$;

CREATE TABLE public.outbox (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    lane text NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    key text,
    serial_key text,
    state text NOT NULL,
    run_after timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    lease_until timestamp with time zone,
    lease_token uuid,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    not_after timestamp with time zone,
    lease_worker bigint,
    CONSTRAINT outbox_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT outbox_check CHECK (((state <> 'running'::text) OR ((lease_token IS NOT NULL) AND (lease_until IS NOT NULL)))),
    CONSTRAINT outbox_check1 CHECK (((state = ANY (ARRAY['done'::text, 'expired'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT outbox_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'parked'::text, 'expired'::text])))
);

CREATE FUNCTION public.outbox_claim(p_lane text, p_now timestamp with time zone, p_until timestamp with time zone, p_token uuid, p_limit integer, p_worker bigint DEFAULT NULL::bigint) RETURNS SETOF public.outbox
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.outbox_depth() RETURNS TABLE(lane text, kind text, state text, count bigint, oldest timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select o.lane, o.kind, o.state, count(*), min(o.run_after) from outbox o
    where o.state not in ('done', 'expired')
    group by o.lane, o.kind, o.state order by o.lane, o.kind, o.state
$$;

CREATE FUNCTION public.outbox_end_leases(p_now timestamp with time zone, p_workers bigint[], p_claims uuid[], p_tokens uuid[], p_ids uuid[]) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.outbox_expire(p_lanes text[], p_now timestamp with time zone, p_limit integer) RETURNS TABLE(lane text, kind text, count bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.outbox_extend(p_id uuid, p_token uuid, p_until timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    update outbox set lease_until = p_until
    where id = p_id and lease_token = p_token and state = 'running';
    return found;

end $$;

CREATE FUNCTION public.outbox_finish(p_id uuid, p_token uuid, p_now timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    update outbox set state = 'done', finished_at = p_now, lease_until = null,
        lease_worker = null, last_error = null
    where id = p_id and lease_token = p_token and state = 'running';
    if found then return true; end if;
    return exists (select from outbox
        where id = p_id and lease_token = p_token and state = 'done');

end $$;

CREATE FUNCTION public.outbox_missing_workers(p_worker bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.outbox_prune(p_before timestamp with time zone, p_limit integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.outbox_release(p_id uuid, p_token uuid, p_run_after timestamp with time zone, p_error text, p_parked boolean, p_counted boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.outbox_retry_parked(p_now timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    update outbox set state = 'queued', attempts = 0, run_after = p_now where state = 'parked'
$$;

CREATE FUNCTION public.passages_matching(question text, most integer) RETURNS TABLE(passage_id uuid, rank real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    #variable_conflict use_column
    declare
        word tsquery;
        passages int;
        every tsquery;
        telling tsquery;
    begin
        for word in
            select quote_literal(l.lexeme)::tsquery
            from unnest(to_tsvector('english', question)) l order by l.positions[1] limit 32
        loop
            select count(*) into passages from (
                select from passage p
                where p.workspace_id = current_workspace() and p.words @@ word
                limit 1001
            ) bounded;
            every := coalesce(every && word, word);
            if passages between 1 and 1000 then
                telling := coalesce(telling || word, word);
            end if;
        end loop;
        return query
            select p.passage_id, ts_rank_cd(p.words, coalesce(telling, every), 1) as rank
            from (
                select * from passage p
                where p.workspace_id = current_workspace()
                    and p.words @@ coalesce(telling, every)
                limit 5000
            ) p
            join document d on d.workspace_id = p.workspace_id
                and d.document_id = p.document_id and d.live_generation = p.generation_id
                and d.status <> 'deleted'
            order by rank desc, p.index_key
            limit most;
    end
    $$;

CREATE FUNCTION public.workspace_count() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select count(*) from workspace $$;

CREATE FUNCTION public.workspace_of_portal_session(wanted uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select workspace_id from portal_session where session_id = wanted $$;

CREATE FUNCTION public.workspace_of_portal_token(wanted bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select workspace_id from portal_session where token_hash = wanted $$;

CREATE FUNCTION public.workspace_of_refresh_token(wanted bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select workspace_id from account_session where refresh_hash = wanted $$;

CREATE FUNCTION public.workspace_of_session_token(wanted bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select workspace_id from account_session where token_hash = wanted $$;

CREATE FUNCTION public.workspace_of_slug(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select workspace_id from workspace where slug = wanted $$;

CREATE FUNCTION public.workspaces_not_under_master_key(wanted text) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
        select workspace_id from credential_key where master_key <> wanted order by workspace_id
    $$;

CREATE TABLE public.account (
    workspace_id uuid NOT NULL,
    account_id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT account_email_check CHECK ((email = lower(email))),
    CONSTRAINT account_role_check CHECK ((role = ANY (ARRAY['auditor'::text, 'staff'::text, 'manager'::text, 'owner'::text])))
);

CREATE TABLE public.account_session (
    workspace_id uuid NOT NULL,
    session_id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind text NOT NULL,
    token_hash bytea NOT NULL,
    refresh_hash bytea,
    expires_at timestamp with time zone NOT NULL,
    refresh_expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    origin bytea,
    CONSTRAINT account_session_kind_check CHECK ((kind = ANY (ARRAY['page'::text, 'api'::text])))
);

CREATE TABLE public.attachment (
    workspace_id uuid NOT NULL,
    attachment_id uuid NOT NULL,
    message_id uuid NOT NULL,
    "position" integer NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT attachment_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT attachment_content_type_check CHECK ((length(content_type) <= 127)),
    CONSTRAINT attachment_file_name_check CHECK ((length(file_name) <= 255)),
    CONSTRAINT attachment_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.booking (
    workspace_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    service_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    expires_at timestamp with time zone,
    reference text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT booking_check CHECK ((starts_at < ends_at)),
    CONSTRAINT booking_status_check CHECK ((status = ANY (ARRAY['hold'::text, 'pending_payment'::text, 'confirmed'::text, 'cancelled'::text, 'released'::text, 'completed'::text, 'no_show'::text])))
);

CREATE TABLE public.booking_notice (
    workspace_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    known_staff uuid NOT NULL,
    known_start timestamp with time zone NOT NULL,
    known_end timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.booking_session (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    state_name text NOT NULL,
    state jsonb NOT NULL,
    deadline timestamp with time zone,
    version integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT booking_session_state_name_check CHECK ((state_name = ANY (ARRAY['IDLE'::text, 'COLLECTING'::text, 'CONFIRMING'::text, 'PAYMENT_PENDING'::text, 'RESCHEDULE_COLLECTING'::text, 'RESCHEDULE_CONFIRM'::text, 'CANCEL_CONFIRM'::text])))
);

CREATE TABLE public.booking_slot (
    workspace_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    resource_no bigint NOT NULL,
    during tstzrange NOT NULL,
    state text NOT NULL,
    CONSTRAINT booking_slot_during_check CHECK ((NOT isempty(during)))
);

CREATE TABLE public.console_message (
    workspace_id uuid NOT NULL,
    message_id uuid NOT NULL,
    recipient text NOT NULL,
    channel text NOT NULL,
    text text NOT NULL,
    idempotency_key text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.contact (
    workspace_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    name text,
    created_at timestamp with time zone NOT NULL,
    merged_into uuid,
    language text,
    region text,
    date_order text,
    clock text,
    CONSTRAINT contact_clock_check CHECK ((clock = ANY (ARRAY['12'::text, '24'::text]))),
    CONSTRAINT contact_date_order_check CHECK ((date_order = ANY (ARRAY['dmy'::text, 'mdy'::text, 'ymd'::text]))),
    CONSTRAINT contact_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT contact_locale_is_whole CHECK ((((language IS NULL) = (date_order IS NULL)) AND ((language IS NULL) = (clock IS NULL)) AND ((language IS NOT NULL) OR (region IS NULL)))),
    CONSTRAINT contact_region_check CHECK ((region ~ '^[A-Z]{2}$'::text))
);

CREATE TABLE public.contact_address (
    workspace_id uuid NOT NULL,
    address_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    verified_at timestamp with time zone,
    is_preferred boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT contact_address_kind_check CHECK ((kind = ANY (ARRAY['phone'::text, 'email'::text, 'whatsapp'::text, 'portal'::text, 'anonymous'::text]))),
    CONSTRAINT contact_address_value_check CHECK (((value <> ''::text) AND (length(value) <= 254)))
);

CREATE TABLE public.contact_move (
    workspace_id uuid NOT NULL,
    move_id uuid NOT NULL,
    kind text NOT NULL,
    source_id uuid NOT NULL,
    target_id uuid NOT NULL,
    account_id uuid,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    CONSTRAINT contact_move_kind_check CHECK ((kind = ANY (ARRAY['merge'::text, 'split'::text])))
);

CREATE TABLE public.contact_move_item (
    workspace_id uuid NOT NULL,
    move_id uuid NOT NULL,
    kind text NOT NULL,
    item_id uuid NOT NULL,
    was_preferred boolean DEFAULT false NOT NULL,
    CONSTRAINT contact_move_item_kind_check CHECK ((kind = ANY (ARRAY['address'::text, 'conversation'::text, 'booking'::text, 'portal_session'::text])))
);

CREATE TABLE public.conversation (
    workspace_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    channel text NOT NULL,
    owner text NOT NULL,
    last_number integer NOT NULL,
    last_inbound integer NOT NULL,
    answered integer NOT NULL,
    last_message text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    needs_person text,
    needs_person_since timestamp with time zone,
    address_id uuid NOT NULL,
    status text NOT NULL,
    subject text,
    thread text,
    closed_at timestamp with time zone,
    CONSTRAINT conversation_channel_check CHECK ((channel ~ '^[a-z][a-z0-9_]{0,31}$'::text)),
    CONSTRAINT conversation_closed_has_time CHECK (((status = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT conversation_need_has_time CHECK (((needs_person IS NULL) = (needs_person_since IS NULL))),
    CONSTRAINT conversation_needs_person_check CHECK ((needs_person = ANY (ARRAY['asked_for_person'::text, 'complaint'::text, 'asked_too_often'::text, 'question'::text, 'late'::text, 'wrote_again'::text, 'taken_over'::text, 'rejected'::text, 'not_drafted'::text, 'booking_changed'::text, 'not_delivered'::text, 'session_unreadable'::text]))),
    CONSTRAINT conversation_owner_check CHECK ((owner = ANY (ARRAY['assistant'::text, 'staff'::text]))),
    CONSTRAINT conversation_status_check CHECK ((status = ANY (ARRAY['open'::text, 'waiting'::text, 'closed'::text])))
);

CREATE TABLE public.credential (
    workspace_id uuid NOT NULL,
    provider text NOT NULL,
    name text NOT NULL,
    sealed bytea NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT credential_name_check CHECK ((name ~ '^[a-z][a-z0-9_-]{0,39}$'::text)),
    CONSTRAINT credential_provider_check CHECK ((provider ~ '^[a-z][a-z0-9_-]{0,39}$'::text)),
    CONSTRAINT credential_sealed_check CHECK (((octet_length(sealed) >= 28) AND (octet_length(sealed) <= 16412)))
);

CREATE TABLE public.credential_key (
    workspace_id uuid NOT NULL,
    master_key text NOT NULL,
    wrapped bytea NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT credential_key_master_key_check CHECK ((master_key ~ '^[0-9a-f]{32}$'::text))
);

CREATE TABLE public.delivery (
    workspace_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    channel text NOT NULL,
    address_kind text NOT NULL,
    address text NOT NULL,
    conversation_id uuid,
    message_id uuid,
    status text NOT NULL,
    text text,
    provider_id text,
    failure text,
    failure_code text,
    not_after timestamp with time zone,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT delivery_address_kind_check CHECK ((address_kind = ANY (ARRAY['phone'::text, 'email'::text, 'whatsapp'::text, 'portal'::text, 'anonymous'::text]))),
    CONSTRAINT delivery_channel_check CHECK ((channel ~ '^[a-z][a-z0-9_]{0,31}$'::text)),
    CONSTRAINT delivery_check CHECK (((status = 'failed'::text) = (failure IS NOT NULL))),
    CONSTRAINT delivery_check1 CHECK (((text IS NULL) OR (message_id IS NULL))),
    CONSTRAINT delivery_failure_check CHECK ((failure = ANY (ARRAY['transient'::text, 'throttled'::text, 'auth'::text, 'account'::text, 'recipient'::text, 'consent'::text, 'window'::text, 'content'::text, 'template'::text, 'expired'::text, 'channel'::text, 'unknown'::text]))),
    CONSTRAINT delivery_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sending'::text, 'accepted'::text, 'delivered'::text, 'read'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE TABLE public.document (
    workspace_id uuid NOT NULL,
    document_id uuid NOT NULL,
    title text NOT NULL,
    file_name text NOT NULL,
    file_type text NOT NULL,
    file_size bigint NOT NULL,
    sha256 text NOT NULL,
    status text NOT NULL,
    reason_code text,
    reason text,
    passages_done integer NOT NULL,
    passages_total integer NOT NULL,
    live_generation uuid,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT document_status_check CHECK ((status = ANY (ARRAY['received'::text, 'extracting'::text, 'embedding'::text, 'ready'::text, 'failed'::text, 'deleted'::text])))
);

CREATE TABLE public.draft (
    workspace_id uuid NOT NULL,
    draft_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    status text NOT NULL,
    text text NOT NULL,
    proposed_text text NOT NULL,
    citations jsonb NOT NULL,
    commands jsonb NOT NULL,
    warnings jsonb NOT NULL,
    intent text NOT NULL,
    confidence double precision NOT NULL,
    basis jsonb NOT NULL,
    version integer NOT NULL,
    claimed_by uuid,
    decided_by uuid,
    reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    effects jsonb NOT NULL,
    sends_at timestamp with time zone,
    not_sent text,
    CONSTRAINT draft_status_check CHECK ((status = ANY (ARRAY['generating'::text, 'ready'::text, 'claimed'::text, 'edited'::text, 'scheduled'::text, 'approved'::text, 'rejected'::text, 'superseded'::text, 'expired'::text, 'failed'::text])))
);

CREATE TABLE public.event_cursor (
    name text NOT NULL,
    turn bigint NOT NULL,
    event_no bigint NOT NULL
);

CREATE TABLE public.event_seal (
    workspace_id uuid NOT NULL,
    retention text NOT NULL,
    seal_no bigint NOT NULL,
    last_turn bigint NOT NULL,
    last_no bigint NOT NULL,
    event_count integer NOT NULL,
    newest_at timestamp with time zone NOT NULL,
    digests bytea NOT NULL,
    digest bytea NOT NULL,
    seal bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT event_seal_event_count_check CHECK ((event_count > 0)),
    CONSTRAINT event_seal_retention_check CHECK ((retention = ANY (ARRAY['lasting'::text, 'usual'::text, 'brief'::text])))
);

CREATE TABLE public.idempotent_response (
    workspace_id uuid NOT NULL,
    actor text NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    etag text
);

CREATE TABLE public.installation (
    fact text NOT NULL,
    value text NOT NULL
);

CREATE TABLE public.job_once (
    workspace_id uuid NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    kept_until timestamp with time zone NOT NULL
);

CREATE TABLE public.message (
    workspace_id uuid NOT NULL,
    message_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    number integer NOT NULL,
    sender text NOT NULL,
    content text NOT NULL,
    account_id uuid,
    draft_id uuid,
    idempotency_key text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT message_sender_check CHECK ((sender = ANY (ARRAY['customer'::text, 'assistant'::text, 'staff'::text])))
);

CREATE TABLE public.passage (
    workspace_id uuid NOT NULL,
    passage_id uuid NOT NULL,
    document_id uuid NOT NULL,
    generation_id uuid NOT NULL,
    index_key bigint NOT NULL,
    ordinal integer NOT NULL,
    page integer,
    heading text,
    text text NOT NULL,
    start_offset integer NOT NULL,
    end_offset integer NOT NULL,
    embedded_text text NOT NULL,
    model_id text NOT NULL,
    embedding public.vector NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, embedded_text)) STORED NOT NULL
);

ALTER TABLE public.passage ALTER COLUMN index_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.passage_index_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.portal_code (
    workspace_id uuid NOT NULL,
    phone text NOT NULL,
    code_id uuid NOT NULL,
    digits integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    texts integer NOT NULL,
    ended_at timestamp with time zone,
    guesses integer NOT NULL,
    guessed_since timestamp with time zone NOT NULL
);

CREATE TABLE public.portal_session (
    workspace_id uuid NOT NULL,
    session_id uuid NOT NULL,
    phone text NOT NULL,
    name text,
    contact_id uuid,
    code_hash bytea NOT NULL,
    code_tries_left integer NOT NULL,
    code_expires_at timestamp with time zone NOT NULL,
    verified_at timestamp with time zone,
    token_hash bytea,
    token_expires_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    code_id uuid,
    network bytea,
    is_texted boolean DEFAULT true NOT NULL
);

CREATE SEQUENCE public.resource_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.schema_migration (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE public.service (
    workspace_id uuid NOT NULL,
    service_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    aliases text[] NOT NULL,
    description text NOT NULL,
    duration_minutes integer NOT NULL,
    buffer_before_minutes integer NOT NULL,
    buffer_after_minutes integer NOT NULL,
    price_min_minor bigint,
    price_max_minor bigint,
    preparation text NOT NULL,
    aftercare text NOT NULL,
    is_active boolean NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT service_buffer_after_minutes_check CHECK (((buffer_after_minutes >= 0) AND (buffer_after_minutes <= 480))),
    CONSTRAINT service_buffer_before_minutes_check CHECK (((buffer_before_minutes >= 0) AND (buffer_before_minutes <= 480))),
    CONSTRAINT service_duration_minutes_check CHECK (((duration_minutes >= 5) AND (duration_minutes <= 1440)))
);

CREATE TABLE public.service_staff (
    workspace_id uuid NOT NULL,
    service_id uuid NOT NULL,
    staff_id uuid NOT NULL
);

CREATE TABLE public.staff_member (
    workspace_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    aliases text[] NOT NULL,
    title text NOT NULL,
    credentials text NOT NULL,
    specialties text NOT NULL,
    resource_no bigint DEFAULT nextval('public.resource_number'::regclass) NOT NULL,
    hours jsonb NOT NULL,
    is_active boolean NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

CREATE TABLE public.workspace (
    workspace_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    vertical text NOT NULL,
    phone text NOT NULL,
    address text NOT NULL,
    time_zone text NOT NULL,
    currency text NOT NULL,
    assistant_name text NOT NULL,
    greeting text NOT NULL,
    hours jsonb NOT NULL,
    closures date[] NOT NULL,
    policy jsonb NOT NULL,
    catalogue_version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    profile_version integer DEFAULT 1 NOT NULL,
    hours_version integer DEFAULT 1 NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    region text,
    date_order text DEFAULT 'dmy'::text NOT NULL,
    clock text DEFAULT '24'::text NOT NULL,
    CONSTRAINT workspace_clock_check CHECK ((clock = ANY (ARRAY['12'::text, '24'::text]))),
    CONSTRAINT workspace_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT workspace_date_order_check CHECK ((date_order = ANY (ARRAY['dmy'::text, 'mdy'::text, 'ymd'::text]))),
    CONSTRAINT workspace_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT workspace_region_check CHECK ((region ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT workspace_slug_check CHECK ((slug ~ '^[a-z0-9](-?[a-z0-9]){1,62}$'::text))
);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_email_key UNIQUE (email);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (workspace_id, account_id);

ALTER TABLE ONLY public.account_session
    ADD CONSTRAINT account_session_pkey PRIMARY KEY (workspace_id, session_id);

ALTER TABLE ONLY public.account_session
    ADD CONSTRAINT account_session_refresh_hash_key UNIQUE (refresh_hash);

ALTER TABLE ONLY public.account_session
    ADD CONSTRAINT account_session_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_pkey PRIMARY KEY (workspace_id, attachment_id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_workspace_id_message_id_position_key UNIQUE (workspace_id, message_id, "position");

ALTER TABLE ONLY public.booking_notice
    ADD CONSTRAINT booking_notice_pkey PRIMARY KEY (workspace_id, booking_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_pkey PRIMARY KEY (workspace_id, booking_id);

ALTER TABLE ONLY public.booking_session
    ADD CONSTRAINT booking_session_pkey PRIMARY KEY (workspace_id, conversation_id);

ALTER TABLE ONLY public.booking_slot
    ADD CONSTRAINT booking_slot_free EXCLUDE USING gist (int8range(resource_no, resource_no, '[]'::text) WITH &&, during WITH &&) WHERE ((state = ANY (ARRAY['hold'::text, 'pending_payment'::text, 'confirmed'::text])));

ALTER TABLE ONLY public.booking_slot
    ADD CONSTRAINT booking_slot_pkey PRIMARY KEY (workspace_id, booking_id, resource_no);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_workspace_id_reference_key UNIQUE (workspace_id, reference);

ALTER TABLE ONLY public.console_message
    ADD CONSTRAINT console_message_pkey PRIMARY KEY (workspace_id, message_id);

ALTER TABLE ONLY public.console_message
    ADD CONSTRAINT console_message_workspace_id_idempotency_key_key UNIQUE (workspace_id, idempotency_key);

ALTER TABLE ONLY public.contact_address
    ADD CONSTRAINT contact_address_pkey PRIMARY KEY (workspace_id, address_id);

ALTER TABLE ONLY public.contact_address
    ADD CONSTRAINT contact_address_workspace_id_kind_value_key UNIQUE (workspace_id, kind, value);

ALTER TABLE ONLY public.contact_move_item
    ADD CONSTRAINT contact_move_item_pkey PRIMARY KEY (workspace_id, move_id, kind, item_id);

ALTER TABLE ONLY public.contact_move
    ADD CONSTRAINT contact_move_pkey PRIMARY KEY (workspace_id, move_id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (workspace_id, contact_id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_pkey PRIMARY KEY (workspace_id, conversation_id);

ALTER TABLE ONLY public.credential_key
    ADD CONSTRAINT credential_key_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (workspace_id, provider, name);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (workspace_id, delivery_id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (workspace_id, document_id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (workspace_id, draft_id);

ALTER TABLE ONLY public.event_cursor
    ADD CONSTRAINT event_cursor_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (workspace_id, turn, event_no);

ALTER TABLE ONLY public.event_seal
    ADD CONSTRAINT event_seal_pkey PRIMARY KEY (workspace_id, retention, seal_no);

ALTER TABLE ONLY public.idempotent_response
    ADD CONSTRAINT idempotent_response_pkey PRIMARY KEY (workspace_id, actor, idempotency_key);

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (fact);

ALTER TABLE ONLY public.job_once
    ADD CONSTRAINT job_once_pkey PRIMARY KEY (workspace_id, key);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (workspace_id, message_id);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_workspace_id_conversation_id_idempotency_key_key UNIQUE (workspace_id, conversation_id, idempotency_key);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_workspace_id_conversation_id_number_key UNIQUE (workspace_id, conversation_id, number);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_workspace_id_key_key UNIQUE (workspace_id, key);

ALTER TABLE ONLY public.passage
    ADD CONSTRAINT passage_pkey PRIMARY KEY (workspace_id, passage_id);

ALTER TABLE ONLY public.portal_code
    ADD CONSTRAINT portal_code_pkey PRIMARY KEY (workspace_id, phone);

ALTER TABLE ONLY public.portal_session
    ADD CONSTRAINT portal_session_pkey PRIMARY KEY (workspace_id, session_id);

ALTER TABLE ONLY public.portal_session
    ADD CONSTRAINT portal_session_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (workspace_id, service_id);

ALTER TABLE ONLY public.service_staff
    ADD CONSTRAINT service_staff_pkey PRIMARY KEY (workspace_id, service_id, staff_id);

ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_pkey PRIMARY KEY (workspace_id, staff_id);

ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_resource_no_key UNIQUE (resource_no);

ALTER TABLE ONLY public.workspace
    ADD CONSTRAINT workspace_pkey PRIMARY KEY (workspace_id);

ALTER TABLE ONLY public.workspace
    ADD CONSTRAINT workspace_slug_key UNIQUE (slug);

CREATE INDEX attachment_by_blob ON public.attachment USING btree (sha256);

CREATE INDEX booking_by_contact ON public.booking USING btree (workspace_id, contact_id, starts_at);

CREATE INDEX booking_by_start ON public.booking USING btree (workspace_id, starts_at);

CREATE INDEX booking_lapsing ON public.booking USING btree (workspace_id, expires_at) WHERE (status = ANY (ARRAY['hold'::text, 'pending_payment'::text]));

CREATE INDEX console_message_by_time ON public.console_message USING btree (workspace_id, created_at DESC);

CREATE INDEX contact_address_by_contact ON public.contact_address USING btree (workspace_id, contact_id);

CREATE UNIQUE INDEX contact_address_preferred ON public.contact_address USING btree (workspace_id, contact_id, kind) WHERE is_preferred;

CREATE INDEX contact_by_time ON public.contact USING btree (workspace_id, created_at DESC, contact_id DESC) WHERE (merged_into IS NULL);

CREATE INDEX contact_merged ON public.contact USING btree (workspace_id, merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX contact_move_by_source ON public.contact_move USING btree (workspace_id, source_id, at DESC);

CREATE INDEX contact_move_by_target ON public.contact_move USING btree (workspace_id, target_id, at DESC);

CREATE INDEX conversation_by_address ON public.conversation USING btree (workspace_id, address_id, channel, created_at DESC, conversation_id DESC);

CREATE INDEX conversation_by_channel ON public.conversation USING btree (workspace_id, channel, updated_at DESC, conversation_id DESC);

CREATE INDEX conversation_by_contact ON public.conversation USING btree (workspace_id, contact_id, updated_at DESC, conversation_id DESC);

CREATE INDEX conversation_by_status ON public.conversation USING btree (workspace_id, status, updated_at DESC, conversation_id DESC);

CREATE UNIQUE INDEX conversation_by_thread ON public.conversation USING btree (workspace_id, channel, thread) WHERE (thread IS NOT NULL);

CREATE INDEX conversation_by_time ON public.conversation USING btree (workspace_id, updated_at DESC, conversation_id DESC);

CREATE INDEX conversation_needs_person ON public.conversation USING btree (workspace_id, needs_person_since, conversation_id) WHERE (needs_person IS NOT NULL);

CREATE INDEX delivery_by_message ON public.delivery USING btree (workspace_id, message_id, created_at DESC) WHERE (message_id IS NOT NULL);

CREATE UNIQUE INDEX delivery_by_provider ON public.delivery USING btree (workspace_id, channel, provider_id) WHERE (provider_id IS NOT NULL);

CREATE INDEX delivery_by_time ON public.delivery USING btree (workspace_id, created_at);

CREATE INDEX document_by_blob ON public.document USING btree (workspace_id, sha256);

CREATE INDEX document_by_time ON public.document USING btree (workspace_id, created_at DESC, document_id DESC);

CREATE INDEX document_under_way ON public.document USING btree (workspace_id) WHERE (status = ANY (ARRAY['received'::text, 'extracting'::text, 'embedding'::text]));

CREATE INDEX draft_by_conversation ON public.draft USING btree (workspace_id, conversation_id, created_at DESC);

CREATE INDEX draft_by_status ON public.draft USING btree (workspace_id, status, created_at, draft_id);

CREATE UNIQUE INDEX draft_open ON public.draft USING btree (workspace_id, conversation_id) WHERE (status = ANY (ARRAY['generating'::text, 'ready'::text, 'claimed'::text, 'edited'::text, 'scheduled'::text]));

CREATE INDEX draft_superseded ON public.draft USING btree (workspace_id, updated_at) WHERE (status = 'superseded'::text);

CREATE INDEX draft_waiting ON public.draft USING btree (workspace_id, created_at, draft_id) WHERE (status = ANY (ARRAY['ready'::text, 'claimed'::text, 'edited'::text]));

CREATE INDEX event_by_subject ON public.event USING btree (workspace_id, subject, turn, event_no);

CREATE INDEX event_in_order ON public.event USING btree (turn, event_no);

CREATE INDEX job_once_kept_until ON public.job_once USING btree (kept_until);

CREATE INDEX message_by_draft ON public.message USING btree (workspace_id, draft_id) WHERE (draft_id IS NOT NULL);

CREATE INDEX outbox_done ON public.outbox USING btree (finished_at) WHERE (state = ANY (ARRAY['done'::text, 'expired'::text]));

CREATE INDEX outbox_not_after ON public.outbox USING btree (not_after) WHERE ((state = 'queued'::text) AND (not_after IS NOT NULL));

CREATE INDEX outbox_parked ON public.outbox USING btree (workspace_id, created_at) WHERE (state = 'parked'::text);

CREATE INDEX outbox_queued ON public.outbox USING btree (lane, workspace_id, run_after, id) WHERE (state = 'queued'::text);

CREATE INDEX outbox_running ON public.outbox USING btree (lane, workspace_id, lease_until) WHERE (state = 'running'::text);

CREATE INDEX outbox_serial_key ON public.outbox USING btree (workspace_id, lane, serial_key, created_at, id) WHERE ((serial_key IS NOT NULL) AND (state = ANY (ARRAY['queued'::text, 'running'::text])));

CREATE UNIQUE INDEX outbox_serial_key_running ON public.outbox USING btree (workspace_id, lane, serial_key) WHERE ((serial_key IS NOT NULL) AND (state = 'running'::text));

CREATE INDEX passage_by_document ON public.passage USING btree (workspace_id, document_id, generation_id, ordinal);

CREATE UNIQUE INDEX passage_by_key ON public.passage USING btree (workspace_id, index_key);

CREATE INDEX passage_words ON public.passage USING gin (words);

CREATE INDEX portal_code_by_time ON public.portal_code USING btree (workspace_id, made_at);

CREATE INDEX portal_session_by_contact ON public.portal_session USING btree (workspace_id, contact_id) WHERE (contact_id IS NOT NULL);

CREATE INDEX portal_session_by_phone ON public.portal_session USING btree (workspace_id, phone, created_at DESC);

CREATE INDEX portal_session_by_time ON public.portal_session USING btree (workspace_id, created_at);

CREATE INDEX portal_session_texted ON public.portal_session USING btree (workspace_id, created_at) WHERE is_texted;

CREATE CONSTRAINT TRIGGER booking_slot_span_covers AFTER INSERT OR UPDATE OF during, state ON public.booking_slot DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.booking_span_covers();

CREATE CONSTRAINT TRIGGER booking_span_covers AFTER INSERT OR UPDATE OF starts_at, ends_at ON public.booking DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.booking_span_covers();

ALTER TABLE ONLY public.account_session
    ADD CONSTRAINT account_session_workspace_id_account_id_fkey FOREIGN KEY (workspace_id, account_id) REFERENCES public.account(workspace_id, account_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_workspace_id_message_id_fkey FOREIGN KEY (workspace_id, message_id) REFERENCES public.message(workspace_id, message_id);

ALTER TABLE ONLY public.booking_notice
    ADD CONSTRAINT booking_notice_workspace_id_booking_id_fkey FOREIGN KEY (workspace_id, booking_id) REFERENCES public.booking(workspace_id, booking_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.booking_session
    ADD CONSTRAINT booking_session_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, conversation_id);

ALTER TABLE ONLY public.booking_slot
    ADD CONSTRAINT booking_slot_workspace_id_booking_id_fkey FOREIGN KEY (workspace_id, booking_id) REFERENCES public.booking(workspace_id, booking_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, contact_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_workspace_id_service_id_fkey FOREIGN KEY (workspace_id, service_id) REFERENCES public.service(workspace_id, service_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_workspace_id_staff_id_fkey FOREIGN KEY (workspace_id, staff_id) REFERENCES public.staff_member(workspace_id, staff_id);

ALTER TABLE ONLY public.console_message
    ADD CONSTRAINT console_message_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.contact_address
    ADD CONSTRAINT contact_address_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, contact_id);

ALTER TABLE ONLY public.contact_address
    ADD CONSTRAINT contact_address_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.contact_move_item
    ADD CONSTRAINT contact_move_item_workspace_id_move_id_fkey FOREIGN KEY (workspace_id, move_id) REFERENCES public.contact_move(workspace_id, move_id);

ALTER TABLE ONLY public.contact_move
    ADD CONSTRAINT contact_move_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.contact_move
    ADD CONSTRAINT contact_move_workspace_id_source_id_fkey FOREIGN KEY (workspace_id, source_id) REFERENCES public.contact(workspace_id, contact_id);

ALTER TABLE ONLY public.contact_move
    ADD CONSTRAINT contact_move_workspace_id_target_id_fkey FOREIGN KEY (workspace_id, target_id) REFERENCES public.contact(workspace_id, contact_id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_workspace_id_merged_into_fkey FOREIGN KEY (workspace_id, merged_into) REFERENCES public.contact(workspace_id, contact_id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_workspace_id_address_id_fkey FOREIGN KEY (workspace_id, address_id) REFERENCES public.contact_address(workspace_id, address_id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, contact_id);

ALTER TABLE ONLY public.credential_key
    ADD CONSTRAINT credential_key_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.credential_key(workspace_id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, conversation_id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_workspace_id_message_id_fkey FOREIGN KEY (workspace_id, message_id) REFERENCES public.message(workspace_id, message_id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, conversation_id);

ALTER TABLE ONLY public.idempotent_response
    ADD CONSTRAINT idempotent_response_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_workspace_id_conversation_id_fkey FOREIGN KEY (workspace_id, conversation_id) REFERENCES public.conversation(workspace_id, conversation_id);

ALTER TABLE ONLY public.passage
    ADD CONSTRAINT passage_workspace_id_document_id_fkey FOREIGN KEY (workspace_id, document_id) REFERENCES public.document(workspace_id, document_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.portal_code
    ADD CONSTRAINT portal_code_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.portal_session
    ADD CONSTRAINT portal_session_workspace_id_contact_id_fkey FOREIGN KEY (workspace_id, contact_id) REFERENCES public.contact(workspace_id, contact_id);

ALTER TABLE ONLY public.portal_session
    ADD CONSTRAINT portal_session_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.service_staff
    ADD CONSTRAINT service_staff_workspace_id_service_id_fkey FOREIGN KEY (workspace_id, service_id) REFERENCES public.service(workspace_id, service_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service_staff
    ADD CONSTRAINT service_staff_workspace_id_staff_id_fkey FOREIGN KEY (workspace_id, staff_id) REFERENCES public.staff_member(workspace_id, staff_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id);

ALTER TABLE public.account ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.account_session ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.attachment ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.booking ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.booking_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.booking_session ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.booking_slot ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.console_message ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contact ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contact_address ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contact_move ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contact_move_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.conversation ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credential ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.credential_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.delivery ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.document ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.draft ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.event_cursor ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.event_seal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotent_response ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.installation ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.job_once ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.message ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_workspace ON public.account USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.account_session USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.attachment USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.booking USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.booking_notice USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.booking_session USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.booking_slot USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.console_message USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.contact USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.contact_address USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.contact_move USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.contact_move_item USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.conversation USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.credential USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.credential_key USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.delivery USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.document USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.draft USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.event USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.event_seal USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.idempotent_response USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.job_once USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.message USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.outbox USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.passage USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.portal_code USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.portal_session USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.service USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.service_staff USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.staff_member USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

CREATE POLICY own_workspace ON public.workspace USING ((workspace_id = public.current_workspace())) WITH CHECK ((workspace_id = public.current_workspace()));

ALTER TABLE public.passage ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.portal_code ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.portal_session ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.service ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.service_staff ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff_member ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.workspace ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO frontdesk_app;

REVOKE ALL ON FUNCTION public.account_of_email(wanted text) FROM PUBLIC;

GRANT ALL ON FUNCTION public.account_of_email(wanted text) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.all_workspace_ids() FROM PUBLIC;

GRANT ALL ON FUNCTION public.all_workspace_ids() TO frontdesk_app;

REVOKE ALL ON FUNCTION public.blob_is_used(wanted text) FROM PUBLIC;

GRANT ALL ON FUNCTION public.blob_is_used(wanted text) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_catch_up() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.event_cursor_move(p_name text, p_turn bigint, p_number bigint) FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_cursor_move(p_name text, p_turn bigint, p_number bigint) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_cursor_take(p_name text) FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_cursor_take(p_name text) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_turn() FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_turn() TO frontdesk_app;

GRANT USAGE ON SEQUENCE public.event_number TO frontdesk_app;

GRANT SELECT,INSERT ON TABLE public.event TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_follow(p_turn bigint, p_number bigint, p_limit integer) FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_follow(p_turn bigint, p_number bigint, p_limit integer) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_horizon() FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_horizon() TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_is_behind() FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_is_behind() TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_last() FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_last() TO frontdesk_app;

REVOKE ALL ON FUNCTION public.event_remove_sealed(p_retention text, p_before timestamp with time zone, p_now timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION public.event_remove_sealed(p_retention text, p_before timestamp with time zone, p_now timestamp with time zone) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.is_signed_in_from(wanted text, wanted_origin bytea, at timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION public.is_signed_in_from(wanted text, wanted_origin bytea, at timestamp with time zone) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.master_keys_in_use() FROM PUBLIC;

GRANT ALL ON FUNCTION public.master_keys_in_use() TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outbox TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_claim(p_lane text, p_now timestamp with time zone, p_until timestamp with time zone, p_token uuid, p_limit integer, p_worker bigint) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_claim(p_lane text, p_now timestamp with time zone, p_until timestamp with time zone, p_token uuid, p_limit integer, p_worker bigint) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_depth() FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_depth() TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_end_leases(p_now timestamp with time zone, p_workers bigint[], p_claims uuid[], p_tokens uuid[], p_ids uuid[]) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_end_leases(p_now timestamp with time zone, p_workers bigint[], p_claims uuid[], p_tokens uuid[], p_ids uuid[]) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_expire(p_lanes text[], p_now timestamp with time zone, p_limit integer) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_expire(p_lanes text[], p_now timestamp with time zone, p_limit integer) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_extend(p_id uuid, p_token uuid, p_until timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_extend(p_id uuid, p_token uuid, p_until timestamp with time zone) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_finish(p_id uuid, p_token uuid, p_now timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_finish(p_id uuid, p_token uuid, p_now timestamp with time zone) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_missing_workers(p_worker bigint) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_missing_workers(p_worker bigint) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_prune(p_before timestamp with time zone, p_limit integer) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_prune(p_before timestamp with time zone, p_limit integer) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_release(p_id uuid, p_token uuid, p_run_after timestamp with time zone, p_error text, p_parked boolean, p_counted boolean) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_release(p_id uuid, p_token uuid, p_run_after timestamp with time zone, p_error text, p_parked boolean, p_counted boolean) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.outbox_retry_parked(p_now timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION public.outbox_retry_parked(p_now timestamp with time zone) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.passages_matching(question text, most integer) FROM PUBLIC;

GRANT ALL ON FUNCTION public.passages_matching(question text, most integer) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.workspace_count() FROM PUBLIC;

GRANT ALL ON FUNCTION public.workspace_count() TO frontdesk_app;

REVOKE ALL ON FUNCTION public.workspace_of_portal_session(wanted uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION public.workspace_of_portal_session(wanted uuid) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.workspace_of_portal_token(wanted bytea) FROM PUBLIC;

GRANT ALL ON FUNCTION public.workspace_of_portal_token(wanted bytea) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.workspace_of_refresh_token(wanted bytea) FROM PUBLIC;

GRANT ALL ON FUNCTION public.workspace_of_refresh_token(wanted bytea) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.workspace_of_session_token(wanted bytea) FROM PUBLIC;

GRANT ALL ON FUNCTION public.workspace_of_session_token(wanted bytea) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.workspace_of_slug(wanted text) FROM PUBLIC;

GRANT ALL ON FUNCTION public.workspace_of_slug(wanted text) TO frontdesk_app;

REVOKE ALL ON FUNCTION public.workspaces_not_under_master_key(wanted text) FROM PUBLIC;

GRANT ALL ON FUNCTION public.workspaces_not_under_master_key(wanted text) TO frontdesk_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.account TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_session TO frontdesk_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.attachment TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.booking TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.booking_notice TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.booking_session TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.booking_slot TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.console_message TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.contact TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.contact_address TO frontdesk_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.contact_move TO frontdesk_app;

GRANT SELECT,INSERT ON TABLE public.contact_move_item TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.credential TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.credential_key TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delivery TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft TO frontdesk_app;

GRANT SELECT,INSERT ON TABLE public.event_seal TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotent_response TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_once TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.message TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passage TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.portal_code TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.portal_session TO frontdesk_app;

GRANT USAGE ON SEQUENCE public.resource_number TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_staff TO frontdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff_member TO frontdesk_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.workspace TO frontdesk_app;
