create table u (id int primary key auto_increment, name varchar(50) unique);
create table v (id int not null, u_id int, w int, k varchar(50), foreign key (u_id) references u (id) on delete cascade, constraint named foreign key (w) references u (id) on update set null on delete no action, w3 int references u (id), foreign key (k) references u (name) on delete restrict);
create index ixu on v (u_id, w);
create index ixw on v (w);
rename table v to vv;
alter table vv add foreign key (id) references u (id);
