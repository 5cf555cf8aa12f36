-- The table `record` by its whole name: PostgreSQL looks a row's type up again by name after the table was analysed, and finds its own pseudo-type of
-- that name first. Every erasure in a connection would fail from then on.
create or replace function prasan_bury(gone uuid, why text, since timestamptz) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  r public.record%rowtype;
begin
  delete from record d where d.id = gone returning * into strict r;
  delete from search_key k where k.record_id = gone;
  delete from revision v where v.record_id = gone;
  delete from record_ref f where f.record_id = gone;
  update share s set ended_at = since where s.record_id = gone and s.ended_at is null;
  insert into tombstone (record_id, kind, originator, audience_id, level, reason, erased_at)
    values (gone, r.kind, r.originator, r.audience_id, r.classification, why, since);
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (gone, r.kind, r.audience_id, 0, '{}');
end $$;
