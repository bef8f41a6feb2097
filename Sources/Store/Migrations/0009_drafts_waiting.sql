-- Drafts that wait for a person, in the order of their queue. The index by status is in order only
-- within one status, and these are three: every open draft was read for a page of fifty.
create index draft_waiting on draft (workspace_id, created_at, draft_id)
    where status in ('ready', 'claimed', 'edited');
