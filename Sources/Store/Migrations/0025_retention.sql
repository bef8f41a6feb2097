-- Drafts that nobody decided about go after their period; everything else about a draft stays.
grant delete on draft to frontdesk_app;

create index draft_superseded on draft (workspace_id, updated_at) where status = 'superseded';
