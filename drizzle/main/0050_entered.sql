-- An entry of the ledger in a writer's own transaction: where it may not stand, nothing of the transaction does, so that the commit need not wait for the answer.
create function prasan_stand(current boolean, counts boolean) returns void language plpgsql set search_path = pg_catalog as $$
begin
  if not counts then raise exception 'the token counts no more' using errcode = 'PR002'; end if;
  if not current then raise exception 'the registry has moved' using errcode = 'PR001'; end if;
end $$;
--> statement-breakpoint
revoke all on function prasan_stand(boolean, boolean) from public;
--> statement-breakpoint
grant execute on function prasan_stand(boolean, boolean) to prasan_app;
