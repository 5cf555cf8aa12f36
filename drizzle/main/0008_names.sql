-- The scope beside token and record: a search by name walks along thousands of tokens, and reads whether they may match from the index, a few pages a token,
-- instead of from a page of the table each. Measured on twenty million keys: 8 ms instead of 30.
alter table search_key drop constraint search_key_pkey;
--> statement-breakpoint
alter table search_key add constraint search_key_pkey primary key (token, record_id) include (scope_id);
