-- One log of everything that happens, in place of the audit trail and the history of bookings.

-- Which place comes first: the number of the transaction, and within it the order of recording.
-- After a restore into another server the numbers of transactions begin again from low ones; what
-- is added to them keeps new places behind those that were restored.
create function event_turn() returns bigint
    language sql volatile security definer set search_path = public, pg_temp
    as $$
        select pg_current_xact_id()::text::bigint
            + coalesce((select value::bigint from installation where fact = 'event_turn_shift'), 0)
    $$;

-- Nobody can record at a place below this any more: each transaction with a lower number has ended.
create function event_horizon() returns bigint
    language sql volatile security definer set search_path = public, pg_temp
    as $$
        select pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            + coalesce((select value::bigint from installation where fact = 'event_turn_shift'), 0)
    $$;

create sequence event_number as bigint;

-- The row of the workspace is not referred to: a lock on it for each event would make those who
-- write at the same moment wait for each other's bookkeeping.
create table event (
    workspace_id uuid not null,
    turn bigint not null default event_turn(),
    event_no bigint not null default nextval('event_number'),
    at timestamptz not null,
    "column" text not null,
    kind text not null,
    subject text not null,
    retention text not null check (retention in ('lasting', 'usual', 'brief')),
    actor_kind text not null check (actor_kind in ('person', 'customer', 'assistant', 'machine')),
    actor_id text,
    cause_kind text check (cause_kind in ('draft', 'message', 'rule', 'webhook', 'request')),
    cause_id text,
    payload jsonb not null,
    primary key (workspace_id, turn, event_no),
    check ((cause_kind is null) = (cause_id is null))
);

create index event_by_subject on event (workspace_id, subject, turn, event_no);
create index event_in_order on event (turn, event_no);

alter table event enable row level security;
create policy own_workspace on event
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
-- Added to and read, and nothing else.
grant select, insert on event to frontdesk_app;
grant usage on sequence event_number to frontdesk_app;

insert into event (workspace_id, turn, at, "column", kind, subject, retention, actor_kind, actor_id,
    payload)
select workspace_id, 0, at, area, kind, subject, 'lasting', actor_kind, actor_id,
    jsonb_build_object('version', 1, 'values', detail)
from (
    select b.workspace_id, b.at, b.event_id as id, 'Bookings' as area,
        'booking.' || b.kind as kind, b.booking_id::text as subject,
        case when a.account_id is not null then 'person'
            when b.actor = 'assistant' then 'assistant' else 'machine' end as actor_kind,
        case when a.account_id is not null then a.account_id::text
            when b.actor = 'assistant' then null else b.actor end as actor_id,
        b.detail
    from booking_event b
    left join account a on a.workspace_id = b.workspace_id and a.email = b.actor
    union all
    select e.workspace_id, e.at, e.entry_id, coalesce(n.area, 'Accounts'),
        coalesce(n.kind, e.action), e.subject,
        case when e.account_id is null then 'machine' else 'person' end,
        coalesce(e.account_id::text, 'unknown'), e.detail
    from audit_entry e
    left join (values
        ('account.add', 'Accounts', 'account.added'),
        ('profile.save', 'Accounts', 'profile.saved'),
        ('hours.save', 'Accounts', 'hours.saved'),
        ('conversation.finish', 'Conversations', 'conversation.finished'),
        ('document.upload', 'Knowledge', 'document.received'),
        ('document.delete', 'Knowledge', 'document.deleted'),
        ('draft.approve', 'Drafts', 'draft.approved'),
        ('draft.undo', 'Drafts', 'draft.undone'),
        ('draft.reject', 'Drafts', 'draft.rejected'),
        ('draft.reopen', 'Drafts', 'draft.reopened'),
        ('service.save', 'Bookings', 'service.saved'),
        ('service.retire', 'Bookings', 'service.retired'),
        ('service.restore', 'Bookings', 'service.restored'),
        ('staff.save', 'Bookings', 'staff.saved'),
        ('staff.retire', 'Bookings', 'staff.retired'),
        ('staff.restore', 'Bookings', 'staff.restored')
    ) n (action, area, kind) on n.action = e.action
) old
order by at, id;

drop table booking_event;
drop table audit_entry;

-- What follows the log reads across workspaces, after a place and below the horizon.
create function event_follow(p_turn bigint, p_number bigint, p_limit int) returns setof event
    language sql volatile security definer set search_path = public, pg_temp
    as $$
        select * from event
        where (turn, event_no) > (p_turn, p_number) and turn < (select event_horizon())
        order by turn, event_no limit p_limit
    $$;

-- Whether something is recorded that cannot be read yet, because an earlier transaction still runs.
create function event_is_behind() returns boolean
    language sql volatile security definer set search_path = public, pg_temp
    as $$ select exists (select from event where turn >= (select event_horizon())) $$;

-- The last place below the horizon.
create function event_last() returns table (turn bigint, event_no bigint)
    language sql volatile security definer set search_path = public, pg_temp
    as $$
        select e.turn, e.event_no from event e where e.turn < (select event_horizon())
        order by e.turn desc, e.event_no desc limit 1
    $$;

revoke execute on function
    event_turn(), event_horizon(), event_follow(bigint, bigint, int), event_is_behind(),
    event_last()
    from public;
grant execute on function
    event_turn(), event_horizon(), event_follow(bigint, bigint, int), event_is_behind(),
    event_last()
    to frontdesk_app;
