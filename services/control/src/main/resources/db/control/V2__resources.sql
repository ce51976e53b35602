-- Desired and observed state of one service; applied in that service's own schema.
create sequence revision;
create table resource (
  uid uuid primary key,
  kind text not null,
  name text not null,
  node text not null,
  parent uuid,
  generation bigint not null default 1,
  revision bigint not null,
  labels jsonb not null default '{}',
  spec jsonb not null,
  status jsonb,
  created_at timestamptz not null,
  created_by text not null,
  deletion_requested_at timestamptz,
  unique (kind, name)
);
create index resource_parent on resource (parent, kind, name);
create index resource_labels on resource using gin (labels jsonb_path_ops);

create table task (
  id uuid primary key,
  action text not null,
  resource uuid,
  resource_kind text,
  resource_name text,
  node text not null,
  lane text not null,
  parameters jsonb not null default '{}',
  state text not null default 'Pending',
  done bigint not null default 0,
  total bigint not null default 0,
  unit text not null default '',
  message text not null default '',
  result jsonb,
  cancel_requested boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  ended_at timestamptz
);
create index task_unfinished on task (node, created_at) where state in ('Pending', 'Running');
create index task_listed on task (created_at desc, id);
create index task_resource on task (resource, created_at);

create table idempotency (
  subject text not null,
  key text not null,
  request text not null,
  target uuid not null,
  created_at timestamptz not null,
  primary key (subject, key)
);
create index idempotency_age on idempotency (created_at);
