-- Parked jobs of all workspaces are tried again when a server starts: by then their cause may be mended.
create function outbox_retry_parked(p_now timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    update outbox set state = 'queued', attempts = 0, run_after = p_now where state = 'parked'
$$;

revoke execute on function outbox_retry_parked(timestamptz) from public;
grant execute on function outbox_retry_parked(timestamptz) to frontdesk_app;
