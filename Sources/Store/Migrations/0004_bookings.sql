-- What can be booked, by whom, and when it is taken.

-- One number for each bookable resource of the installation, for the exclusion constraint below.
create sequence resource_number as bigint;

create table service (
    workspace_id uuid not null references workspace,
    service_id uuid not null,
    position int not null,
    name text not null,
    aliases text[] not null,
    description text not null,
    duration_minutes int not null check (duration_minutes between 5 and 1440),
    buffer_before_minutes int not null check (buffer_before_minutes between 0 and 480),
    buffer_after_minutes int not null check (buffer_after_minutes between 0 and 480),
    price_min_minor bigint,
    price_max_minor bigint,
    preparation text not null,
    aftercare text not null,
    is_active boolean not null,
    primary key (workspace_id, service_id)
);

create table staff_member (
    workspace_id uuid not null references workspace,
    staff_id uuid not null,
    position int not null,
    name text not null,
    aliases text[] not null,
    title text not null,
    credentials text not null,
    specialties text not null,
    resource_no bigint not null unique default nextval('resource_number'),
    hours jsonb not null,
    is_active boolean not null,
    primary key (workspace_id, staff_id)
);

create table service_staff (
    workspace_id uuid not null,
    service_id uuid not null,
    staff_id uuid not null,
    primary key (workspace_id, service_id, staff_id),
    foreign key (workspace_id, service_id) references service on delete cascade,
    foreign key (workspace_id, staff_id) references staff_member on delete cascade
);

create table booking (
    workspace_id uuid not null,
    booking_id uuid not null,
    contact_id uuid not null,
    service_id uuid not null,
    staff_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    status text not null check (status in (
        'hold', 'pending_payment', 'confirmed', 'cancelled', 'released', 'completed', 'no_show')),
    expires_at timestamptz,
    reference text not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, booking_id),
    unique (workspace_id, reference),
    check (starts_at < ends_at),
    foreign key (workspace_id, contact_id) references contact,
    foreign key (workspace_id, service_id) references service,
    foreign key (workspace_id, staff_id) references staff_member
);

create index booking_by_start on booking (workspace_id, starts_at);
-- Holds that may have lapsed, for whoever wants their time. `&&` is not leakproof, so under row-level
-- security the constraint's own index goes unused for finding them.
create index booking_lapsing on booking (workspace_id, expires_at)
    where status in ('hold', 'pending_payment');
create index booking_by_contact on booking (workspace_id, contact_id, starts_at);

-- One row for each resource that a booking occupies, buffers included. No two that take time may
-- overlap: this stands whatever the code does. Core GiST has classes for ranges, so no btree_gist.
create table booking_slot (
    workspace_id uuid not null,
    booking_id uuid not null,
    resource_no bigint not null,
    during tstzrange not null check (not isempty(during)),
    state text not null,
    primary key (workspace_id, booking_id, resource_no),
    foreign key (workspace_id, booking_id) references booking on delete cascade,
    constraint booking_slot_free exclude using gist (
        int8range(resource_no, resource_no, '[]') with &&, during with &&)
        where (state in ('hold', 'pending_payment', 'confirmed'))
);

-- What happened to a booking, and who did it.
create table booking_event (
    workspace_id uuid not null,
    event_id uuid not null,
    booking_id uuid not null,
    kind text not null,
    actor text not null,
    detail jsonb not null,
    at timestamptz not null,
    primary key (workspace_id, event_id),
    foreign key (workspace_id, booking_id) references booking
);

create index booking_event_by_booking on booking_event (workspace_id, booking_id, at);

alter table service enable row level security;
alter table staff_member enable row level security;
alter table service_staff enable row level security;
alter table booking enable row level security;
alter table booking_slot enable row level security;
alter table booking_event enable row level security;

create policy own_workspace on service
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on staff_member
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on service_staff
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on booking
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on booking_slot
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
create policy own_workspace on booking_event
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());

grant select, insert, update, delete
    on service, staff_member, service_staff, booking, booking_slot to frontdesk_app;
grant select, insert on booking_event to frontdesk_app;
grant usage on sequence resource_number to frontdesk_app;
