-- Bytes that were passed on with a request: the same pieces, bound to the content that they were first sealed as.
alter table attachment add column sealed_as uuid;
