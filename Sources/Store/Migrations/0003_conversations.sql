-- Customers, what they write, and how they prove who they are.

create table contact (
    workspace_id uuid not null references workspace,
    contact_id uuid not null,
    phone text not null check (phone ~ '^\+[0-9]{7,15}$'),
    name text,
    created_at timestamptz not null,
    primary key (workspace_id, contact_id),
    unique (workspace_id, phone)
);

-- A customer's sign-in to the portal: first a code, then a token. Both are kept as hashes.
create table portal_session (
    workspace_id uuid not null references workspace,
    session_id uuid not null,
    phone text not null,
    name text,
    contact_id uuid,
    code_hash bytea not null,
    code_tries_left int not null,
    code_expires_at timestamptz not null,
    verified_at timestamptz,
    token_hash bytea unique,
    token_expires_at timestamptz,
    created_at timestamptz not null,
    primary key (workspace_id, session_id),
    foreign key (workspace_id, contact_id) references contact
);

create index portal_session_by_phone on portal_session (workspace_id, phone, created_at desc);

create table conversation (
    workspace_id uuid not null,
    conversation_id uuid not null,
    contact_id uuid not null,
    channel text not null check (channel in ('web', 'sms')),
    owner text not null check (owner in ('assistant', 'staff')),
    last_number int not null,
    last_inbound int not null,
    answered int not null,
    last_message text not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, conversation_id),
    foreign key (workspace_id, contact_id) references contact
);

create index conversation_by_time
    on conversation (workspace_id, updated_at desc, conversation_id desc);
create unique index conversation_by_contact on conversation (workspace_id, contact_id, channel);

create table message (
    workspace_id uuid not null,
    message_id uuid not null,
    conversation_id uuid not null,
    number int not null,
    sender text not null check (sender in ('customer', 'assistant', 'staff')),
    content text not null,
    account_id uuid,
    draft_id uuid,
    -- A message is stored once, whatever is retried.
    idempotency_key text,
    created_at timestamptz not null,
    primary key (workspace_id, message_id),
    unique (workspace_id, conversation_id, number),
    unique (workspace_id, conversation_id, idempotency_key),
    foreign key (workspace_id, conversation_id) references conversation
);

-- Where the booking part of each conversation stands (see BookingMachine).
create table booking_session (
    workspace_id uuid not null,
    conversation_id uuid not null,
    state_name text not null check (state_name in (
        'IDLE', 'COLLECTING', 'CONFIRMING', 'PAYMENT_PENDING', 'RESCHEDULE_COLLECTING',
        'RESCHEDULE_CONFIRM', 'CANCEL_CONFIRM')),
    state jsonb not null,
    deadline timestamptz,
    version int not null,
    updated_at timestamptz not null,
    primary key (workspace_id, conversation_id),
    foreign key (workspace_id, conversation_id) references conversation
);

-- What the message port would have sent while no provider is configured.
create table console_message (
    workspace_id uuid not null references workspace,
    message_id uuid not null,
    recipient text not null,
    channel text not null,
    text text not null,
    idempotency_key text not null,
    created_at timestamptz not null,
    primary key (workspace_id, message_id),
    unique (workspace_id, idempotency_key)
);

create index console_message_by_time on console_message (workspace_id, created_at desc);

-- The stored answer of an unsafe request that carried an Idempotency-Key.
create table idempotent_response (
    workspace_id uuid not null references workspace,
    actor text not null,
    idempotency_key text not null,
    fingerprint bytea not null,
    status int not null,
    body text not null,
    created_at timestamptz not null,
    primary key (workspace_id, actor, idempotency_key)
);

alter table contact enable row level security;
alter table portal_session enable row level security;
alter table conversation enable row level security;
alter table message enable row level security;
alter table booking_session enable row level security;
alter table console_message enable row level security;
alter table idempotent_response enable row level security;

create policy own_workspace on contact
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on portal_session
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on conversation
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on message
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on booking_session
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on console_message
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on idempotent_response
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());

grant select, insert, update, delete
    on contact, portal_session, conversation, message, booking_session, console_message,
    idempotent_response
    to frontdesk_app;

create function workspace_of_portal_session(wanted uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp
    as $$ select workspace_id from portal_session where session_id = wanted $$;

create function workspace_of_portal_token(wanted bytea) returns uuid
    language sql stable security definer set search_path = public, pg_temp
    as $$ select workspace_id from portal_session where token_hash = wanted $$;

revoke execute on function
    workspace_of_portal_session(uuid),
    workspace_of_portal_token(bytea)
    from public;
grant execute on function
    workspace_of_portal_session(uuid),
    workspace_of_portal_token(bytea)
    to frontdesk_app;
