-- An appointment lies inside the time that it occupies: otherwise the exclusion constraint on
-- booking_slot guards other hours than those that were promised, and two appointments of one person
-- can overlap although it holds.

-- Appointments made while their service was being changed may occupy less than they last. They get
-- what they last; where that time is occupied already, two overlap, and a person must move one.
do $$
declare
    slot record;
begin
    for slot in
        select s.workspace_id, s.booking_id, s.resource_no, b.starts_at, b.ends_at
        from booking b join booking_slot s using (workspace_id, booking_id)
        where s.state in ('hold', 'pending_payment', 'confirmed')
            and not s.during @> tstzrange(b.starts_at, b.ends_at)
        order by b.created_at, b.booking_id
    loop
        begin
            update booking_slot
            set during = range_merge(during, tstzrange(slot.starts_at, slot.ends_at))
            where workspace_id = slot.workspace_id and booking_id = slot.booking_id
                and resource_no = slot.resource_no;
        exception
            when exclusion_violation then null;
        end;
    end loop;
end
$$;

-- Looked at when the transaction ends, since moving changes the appointment and its time one after
-- the other. Only time that is taken is looked at, so that everything can be cancelled.
create function booking_span_covers() returns trigger
    language plpgsql
    as $$
begin
    if exists (
        select from booking b join booking_slot s using (workspace_id, booking_id)
        where b.workspace_id = new.workspace_id and b.booking_id = new.booking_id
            and s.state in ('hold', 'pending_payment', 'confirmed')
            and not s.during @> tstzrange(b.starts_at, b.ends_at))
    then
        raise exception 'the occupied span does not cover the appointment'
            using errcode = 'check_violation', constraint = 'booking_span_covers',
                table = 'booking_slot';
    end if;
    return null;
end
$$;

create constraint trigger booking_span_covers
    after insert or update of starts_at, ends_at on booking
    deferrable initially deferred
    for each row execute function booking_span_covers();

create constraint trigger booking_slot_span_covers
    after insert or update of during, state on booking_slot
    deferrable initially deferred
    for each row execute function booking_span_covers();
