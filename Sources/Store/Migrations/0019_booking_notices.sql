-- What staff changed about an appointment and its customer was not told yet: where it stood when the
-- customer heard of it last.
create table booking_notice (
    workspace_id uuid not null,
    booking_id uuid not null,
    known_staff uuid not null,
    known_start timestamptz not null,
    known_end timestamptz not null,
    created_at timestamptz not null,
    primary key (workspace_id, booking_id),
    foreign key (workspace_id, booking_id) references booking on delete cascade
);

alter table booking_notice enable row level security;
create policy own_workspace on booking_notice
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update, delete on booking_notice to frontdesk_app;

-- A person who answers a customer by hand is asked to tell what was changed.
alter table conversation drop constraint conversation_needs_person_check;
alter table conversation add constraint conversation_needs_person_check check (needs_person in (
    'asked_for_person', 'complaint', 'asked_too_often', 'question', 'late', 'wrote_again',
    'taken_over', 'rejected', 'not_drafted', 'booking_changed'));
