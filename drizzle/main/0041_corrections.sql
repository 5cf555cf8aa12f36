-- A correction that was taken over is told to whom the record was disclosed, beside the change itself. Which fields it corrected: shown to a reader as far
-- as it sees them; and who proposed it, where that partner agrees to be named.
alter table notice add column corrected text[], add column corrected_by text;
--> statement-breakpoint
alter table notice drop constraint notice_says_why, add constraint notice_says_why check (
  (agreement is null) = (clause is null) and (agreement is not null)::integer + (compromised is not null)::integer + (corrected is not null)::integer = 1 and (corrected_by is null or corrected is not null)
);
--> statement-breakpoint
-- How many changes the record had when the correction was proposed: what changed since is compared with this when it is taken over.
alter table request_leg add column basis integer;
--> statement-breakpoint
-- For the originator alone, in the transaction of its revision. Whom it finds is told, also of readings that the originator does not see yet: it learns
-- nothing of them by this.
create function prasan_note_correction(corrected_record uuid, fields text[], proposer text) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  r public.record%rowtype;
begin
  select * into r from record d where d.id = corrected_record and d.originator = current_setting('prasan.partner');
  if not found then
    raise exception 'not the originator' using errcode = 'insufficient_privilege';
  end if;
  insert into notice (record_id, recipient, originator, corrected, corrected_by)
    select r.id, l.partner, r.originator, fields, proposer from (
      select distinct d.partner from ledger_disclosure d where d.originator = r.originator and d.at >= r.created_at and d.records @> array[r.id] and d.partner <> r.originator
    ) l;
end $$;
--> statement-breakpoint
revoke all on function prasan_note_correction(uuid, text[], text) from public;
grant execute on function prasan_note_correction(uuid, text[], text) to prasan_app;
