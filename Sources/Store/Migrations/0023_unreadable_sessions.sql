-- A person is called to a conversation whose booking session cannot be read.
alter table conversation drop constraint conversation_needs_person_check;
alter table conversation add constraint conversation_needs_person_check check (needs_person in (
    'asked_for_person', 'complaint', 'asked_too_often', 'question', 'late', 'wrote_again',
    'taken_over', 'rejected', 'not_drafted', 'booking_changed', 'not_delivered',
    'session_unreadable'));
