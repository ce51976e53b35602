package io.homecloud.sharing.serving;

import io.homecloud.control.Name;

/**
 * A group as servers know it.
 *
 * @param id its gid, from 20000
 */
public record Group(Name name, int id) {}
