-- Why a conversation waits for a person, and since when: it stays on that list until somebody answers.
alter table conversation add column needs_person text check (needs_person in (
    'asked_for_person', 'complaint', 'asked_too_often', 'question', 'late', 'wrote_again',
    'taken_over', 'rejected', 'not_drafted'));
alter table conversation add column needs_person_since timestamptz;
alter table conversation add constraint conversation_need_has_time
    check ((needs_person is null) = (needs_person_since is null));

-- Whoever waited in a conversation that a person has taken over waited without being listed.
update conversation set needs_person = 'wrote_again', needs_person_since = updated_at
    where owner = 'staff' and last_inbound > answered;

create index conversation_needs_person
    on conversation (workspace_id, needs_person_since, conversation_id)
    where needs_person is not null;

-- An approved reply leaves a little later, so that the approval can be undone; one that could not
-- be sent says why.
alter table draft add column sends_at timestamptz;
alter table draft add column not_sent text;

-- An approved reply that is about to leave answers the conversation: none is made beside it.
drop index draft_open;
create unique index draft_open on draft (workspace_id, conversation_id)
    where status in ('generating', 'ready', 'claimed', 'edited', 'approved');
