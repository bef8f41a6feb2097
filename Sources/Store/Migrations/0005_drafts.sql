-- Replies that wait for a person. At most one is open in a conversation.

create table draft (
    workspace_id uuid not null,
    draft_id uuid not null,
    conversation_id uuid not null,
    status text not null check (status in (
        'generating', 'ready', 'claimed', 'edited', 'approved', 'sending', 'sent', 'delivered',
        'rejected', 'superseded', 'expired', 'failed')),
    text text not null,
    -- What was proposed, when a person changed it.
    proposed_text text not null,
    citations jsonb not null,
    commands jsonb not null,
    effects_in_words jsonb not null,
    warnings jsonb not null,
    intent text not null,
    confidence double precision not null,
    basis jsonb not null,
    version int not null,
    claimed_by uuid,
    decided_by uuid,
    reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, draft_id),
    foreign key (workspace_id, conversation_id) references conversation
);

create unique index draft_open on draft (workspace_id, conversation_id)
    where status in ('generating', 'ready', 'claimed', 'edited');
create index draft_by_status on draft (workspace_id, status, created_at, draft_id);
create index draft_by_conversation on draft (workspace_id, conversation_id, created_at desc);

alter table draft enable row level security;

create policy own_workspace on draft
    using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());

grant select, insert, update on draft to frontdesk_app;
