-- Who read a record is looked for among its originator's readings since the record is there, by the time in the entries' ids (a day for clocks that differ).
create or replace function prasan_note_correction(corrected_record uuid, fields text[], proposer text) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  r public.record%rowtype;
  since uuid;
begin
  select * into r from record d where d.id = corrected_record and d.originator = current_setting('prasan.partner');
  if not found then
    raise exception 'not the originator' using errcode = 'insufficient_privilege';
  end if;
  since := rpad(lpad(to_hex((extract(epoch from r.created_at - interval '1 day') * 1000)::bigint), 12, '0'), 32, '0')::uuid;
  insert into notice (record_id, recipient, originator, corrected, corrected_by)
    select r.id, l.partner, r.originator, fields, proposer from (
      select distinct d.partner from ledger_disclosure d
      where d.originator = r.originator and d.entry_id >= since and d.at >= r.created_at and d.records @> array[r.id] and d.partner <> r.originator
    ) l;
end $$;
