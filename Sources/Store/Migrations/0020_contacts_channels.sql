-- Who a contact is say its addresses; a conversation has a channel, a status and a subject; what is
-- sent has a delivery of its own.

create table contact_address (
    workspace_id uuid not null references workspace,
    address_id uuid not null,
    contact_id uuid not null,
    kind text not null check (kind in ('phone', 'email', 'whatsapp', 'portal', 'anonymous')),
    value text not null check (value <> '' and length(value) <= 254),
    verified_at timestamptz,
    is_preferred boolean not null,
    created_at timestamptz not null,
    primary key (workspace_id, address_id),
    unique (workspace_id, kind, value),
    foreign key (workspace_id, contact_id) references contact
);
create index contact_address_by_contact on contact_address (workspace_id, contact_id);
create unique index contact_address_preferred on contact_address (workspace_id, contact_id, kind)
    where is_preferred;

alter table contact_address enable row level security;
create policy own_workspace on contact_address
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on contact_address to frontdesk_app;

-- Ids are made from those that are there: a migration asks for no chance.
insert into contact_address
    select c.workspace_id, md5('phone ' || c.contact_id)::uuid, c.contact_id, 'phone', c.phone,
        (select min(p.verified_at) from portal_session p
            where p.workspace_id = c.workspace_id and p.contact_id = c.contact_id),
        true, c.created_at
    from contact c;

-- Whoever signed in to the portal, or wrote there, is reached there by the same number.
insert into contact_address
    select c.workspace_id, md5('portal ' || c.contact_id)::uuid, c.contact_id, 'portal', c.phone,
        (select min(p.verified_at) from portal_session p
            where p.workspace_id = c.workspace_id and p.contact_id = c.contact_id),
        true, c.created_at
    from contact c
    where exists (select from portal_session p
            where p.workspace_id = c.workspace_id and p.contact_id = c.contact_id)
        or exists (select from conversation v
            where v.workspace_id = c.workspace_id and v.contact_id = c.contact_id);

-- A contact that was merged stays as a name for the one it was merged into.
alter table contact drop column phone, add column merged_into uuid;
alter table contact add foreign key (workspace_id, merged_into) references contact;
create index contact_by_time on contact (workspace_id, created_at desc, contact_id desc)
    where merged_into is null;
create index contact_merged on contact (workspace_id, merged_into) where merged_into is not null;

-- What moved from one contact to another when two were merged or one was split, so that it can be
-- taken back and stays known.
create table contact_move (
    workspace_id uuid not null references workspace,
    move_id uuid not null,
    kind text not null check (kind in ('merge', 'split')),
    source_id uuid not null,
    target_id uuid not null,
    account_id uuid,
    at timestamptz not null,
    undone_at timestamptz,
    primary key (workspace_id, move_id),
    foreign key (workspace_id, source_id) references contact,
    foreign key (workspace_id, target_id) references contact
);
create index contact_move_by_target on contact_move (workspace_id, target_id, at desc);
create index contact_move_by_source on contact_move (workspace_id, source_id, at desc);

create table contact_move_item (
    workspace_id uuid not null,
    move_id uuid not null,
    kind text not null check (kind in ('address', 'conversation', 'booking', 'portal_session')),
    item_id uuid not null,
    was_preferred boolean not null default false,
    primary key (workspace_id, move_id, kind, item_id),
    foreign key (workspace_id, move_id) references contact_move
);

alter table contact_move enable row level security;
alter table contact_move_item enable row level security;
create policy own_workspace on contact_move
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on contact_move_item
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update on contact_move to frontdesk_app;
grant select, insert on contact_move_item to frontdesk_app;

create index portal_session_by_contact on portal_session (workspace_id, contact_id)
    where contact_id is not null;

-- A contact has many conversations: each with one address of theirs, on one channel.
drop index conversation_by_contact;
alter table conversation drop constraint conversation_channel_check;
alter table conversation
    add constraint conversation_channel_check check (channel ~ '^[a-z][a-z0-9_]{0,31}$'),
    add column address_id uuid,
    -- open: the business owes a word. waiting: the customer does. closed: nobody does.
    add column status text not null default 'open' check (status in ('open', 'waiting', 'closed')),
    add column subject text,
    -- What the channel calls the thread, where it has threads.
    add column thread text,
    add column closed_at timestamptz;
update conversation
    set address_id = md5('portal ' || contact_id)::uuid,
        status = case
            when last_inbound > answered or needs_person is not null then 'open'
            else 'waiting'
        end;
alter table conversation
    alter column address_id set not null,
    alter column status drop default,
    add foreign key (workspace_id, address_id) references contact_address,
    add constraint conversation_closed_has_time check ((status = 'closed') = (closed_at is not null));
create index conversation_by_contact
    on conversation (workspace_id, contact_id, updated_at desc, conversation_id desc);
create index conversation_by_address
    on conversation (workspace_id, address_id, channel, created_at desc, conversation_id desc);
create index conversation_by_status
    on conversation (workspace_id, status, updated_at desc, conversation_id desc);
create index conversation_by_channel
    on conversation (workspace_id, channel, updated_at desc, conversation_id desc);
create unique index conversation_by_thread on conversation (workspace_id, channel, thread)
    where thread is not null;

-- Files that come or go with a message; their bytes are blobs, as those of documents.
create table attachment (
    workspace_id uuid not null,
    attachment_id uuid not null,
    message_id uuid not null,
    position int not null,
    file_name text not null check (length(file_name) <= 255),
    content_type text not null check (length(content_type) <= 127),
    bytes bigint not null check (bytes >= 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    created_at timestamptz not null,
    primary key (workspace_id, attachment_id),
    unique (workspace_id, message_id, position),
    foreign key (workspace_id, message_id) references message
);
create index attachment_by_blob on attachment (sha256);

alter table attachment enable row level security;
create policy own_workspace on attachment
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, delete on attachment to frontdesk_app;

create or replace function blob_is_used(wanted text) returns boolean
    language sql stable security definer set search_path = public, pg_temp
    as $$
        select exists (select from document where sha256 = wanted and status <> 'deleted')
            or exists (select from attachment where sha256 = wanted)
    $$;

-- The way of a message to somebody (see DeliveryMachine).
create table delivery (
    workspace_id uuid not null references workspace,
    delivery_id uuid not null,
    channel text not null check (channel ~ '^[a-z][a-z0-9_]{0,31}$'),
    address_kind text not null
        check (address_kind in ('phone', 'email', 'whatsapp', 'portal', 'anonymous')),
    address text not null,
    conversation_id uuid,
    message_id uuid,
    status text not null check (status in (
        'queued', 'sending', 'accepted', 'delivered', 'read', 'failed', 'cancelled')),
    -- Of what stands in no conversation, such as a code; kept only until it has left.
    text text,
    provider_id text,
    failure text check (failure in (
        'transient', 'throttled', 'auth', 'account', 'recipient', 'consent', 'window', 'content',
        'template', 'expired', 'channel', 'unknown')),
    failure_code text,
    not_after timestamptz,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, delivery_id),
    foreign key (workspace_id, conversation_id) references conversation,
    foreign key (workspace_id, message_id) references message,
    check ((status = 'failed') = (failure is not null)),
    check (text is null or message_id is null)
);
create index delivery_by_message on delivery (workspace_id, message_id, created_at desc)
    where message_id is not null;
create unique index delivery_by_provider on delivery (workspace_id, channel, provider_id)
    where provider_id is not null;
create index delivery_by_time on delivery (workspace_id, created_at);

alter table delivery enable row level security;
create policy own_workspace on delivery
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on delivery to frontdesk_app;

-- The desk's own console is a channel by that name.
update console_message set channel = 'console' where channel = 'sms';

-- A reply that did not arrive is for a person to see.
alter table conversation drop constraint conversation_needs_person_check;
alter table conversation add constraint conversation_needs_person_check check (needs_person in (
    'asked_for_person', 'complaint', 'asked_too_often', 'question', 'late', 'wrote_again',
    'taken_over', 'rejected', 'not_drafted', 'booking_changed', 'not_delivered'));

-- A draft ends when it is approved; what becomes of the reply is its delivery's matter. One that can
-- still be undone is scheduled.
alter table draft drop constraint draft_status_check;
drop index draft_open;
update draft set status = case
        when status = 'approved' and sends_at is not null then 'scheduled'
        else 'approved'
    end
    where status in ('approved', 'sending', 'sent', 'delivered');
alter table draft add constraint draft_status_check check (status in (
    'generating', 'ready', 'claimed', 'edited', 'scheduled', 'approved', 'rejected', 'superseded',
    'expired', 'failed'));
create unique index draft_open on draft (workspace_id, conversation_id)
    where status in ('generating', 'ready', 'claimed', 'edited', 'scheduled');
create index message_by_draft on message (workspace_id, draft_id) where draft_id is not null;
