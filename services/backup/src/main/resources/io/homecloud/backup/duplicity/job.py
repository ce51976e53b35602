"""Runs Debian's duplicity for homecloud, with what its command line does not tell.

The job is a JSON file, the only argument. No secret is in it: those are in the environment.
  argv     the arguments of duplicity
  module   the one of duplicity's backends that has access to the target
  alive    a file that the service has locked as long as it lives; this ends with it
  pace     a file with how many bytes per second may be sent to the target; 0 is no limit
  do       "copy": tells every second how far it is, and ends when something beneath "sources"
           cannot be read; "restore": brings "path" into "directory" as
           "inside", all percent-encoded, and what was there goes; tells how far it is too;
           "list": writes what is in a copy into the file "into"; "target": carries out "ops" at
           the target, with duplicity's own access to it
Answers are lines of standard output that begin with "homecloud " and go on as JSON.
"""

import errno
import fcntl
import importlib
import json
import os
import re
import resource
import runpy
import shutil
import socket
import ssl
import stat
import sys
import threading
import time
import urllib.parse

# How it ends when something cannot be read that is to be copied, said in a line of its errors.
UNREADABLE = 76

# Characters of a path; longer ones are told without their middle.
LONGEST_SHOWN = 300
TOO_LONG = (
    "its path is too long for duplicity, which copies up to about 4,000 bytes of it. Give"
    " directories that it is in shorter names, or exclude one of them."
)

# Bytes, of which the mark of a set has some thousands, and a manifest a hundred for each file.
LARGEST_MARK = 1 << 24
LARGEST_MANIFEST = 1 << 30

# What a file is called until it is whole, at a target where it can get another name then.
PART = b"homecloud-part"

with open(sys.argv[1], encoding="utf-8") as file:
    JOB = json.load(file)


def tell(**said):
    sys.stdout.write("homecloud " + json.dumps(said) + "\n")
    sys.stdout.flush()


def end_with_the_service():
    with open(JOB["alive"], "rb") as alive:
        fcntl.lockf(alive, fcntl.LOCK_SH)
        os._exit(75)


def statistics():
    from duplicity import diffdir

    stats = diffdir.stats
    return {
        name: getattr(stats, name) or 0
        for name in ("SourceFiles", "SourceFileSize", "NewFiles", "ChangedFiles", "RawDeltaSize")
    }


class Restored:
    """What a restore has written so far, also of the file that it is writing."""

    def __init__(self):
        self.files = self.bytes = 0
        self.path = b""

    def begun(self, path):
        self.path = path

    def done(self):
        self.bytes += self.size()
        self.files += 1
        self.path = b""

    def size(self):
        try:
            found = os.lstat(self.path)
        except OSError:
            return 0
        return found.st_size if stat.S_ISREG(found.st_mode) else 0

    def told(self):
        return {"files": self.files, "bytes": self.bytes + self.size()}


RESTORED = Restored()


def tell_progress(counted):
    while True:
        time.sleep(1)
        tell(progress=counted())


class Pace:
    """Holds back who sends, so that all of them together are not faster than they may be."""

    def __init__(self, file):
        self.file = file
        self.lock = threading.Lock()
        self.looked = self.free = 0.0
        self.limit = 0

    def look(self):
        if time.monotonic() - self.looked >= 1:
            with open(self.file, encoding="ascii") as file:
                self.limit = int(file.read())
            self.looked = time.monotonic()
        return self.limit

    def send(self, most):
        """How much of so many bytes may be sent, after waiting for it."""
        with self.lock:
            limit = self.look()
            if not limit:
                return most
            some = min(most, max(512, limit // 20))
            time.sleep(max(0, self.free - time.monotonic()))
            self.free = max(self.free, time.monotonic()) + some / limit
            return some

    def sent(self, size):
        """Waits until so much could have been sent."""
        while size > 0:
            size -= self.send(size)


def give_names_when_whole():
    """duplicity that is killed would leave half a manifest, as if its set were complete."""
    give_names_on_a_disk()
    if JOB["module"] == "ssh_paramiko_backend":
        give_names_by_sftp()


def give_names_on_a_disk():
    from duplicity.backends import localbackend

    def of(name):
        put = getattr(localbackend.LocalBackend, name)

        def whole(self, source, remote):
            part = self.remote_pathdir.append(PART).name
            if os.path.lexists(part):
                # A link of who had the disk would be followed.
                os.unlink(part)
            done = put(self, source, PART)
            if done is not False:
                os.replace(part, self.remote_pathdir.append(remote).name)
            return done

        setattr(localbackend.LocalBackend, name, whole)

    of("_put")
    of("_move")


def give_names_by_sftp():
    from duplicity.backends import ssh_paramiko_backend

    backend = ssh_paramiko_backend.SSHParamikoBackend
    put = backend._put

    def whole(self, source, remote):
        put(self, source, PART)
        part, name = os.fsdecode(PART), os.fsdecode(remote)
        try:
            self.sftp.posix_rename(part, name)
        except OSError:
            # Servers other than OpenSSH's may only rename to what is not there.
            if name in self.sftp.listdir():
                self.sftp.remove(name)
            self.sftp.rename(part, name)

    backend._put = whole


def keep_pace():
    """Whichever backend it is: sockets, a copy on a disk, or rclone, which is told when it starts."""
    from duplicity.backends import localbackend

    pace = Pace(JOB["pace"])

    def of_socket(kind):
        send = kind.send

        def slowly(self, data, flags=0):
            view = memoryview(data).cast("B")
            return send(self, view[: pace.send(len(view))] if len(view) else view, flags)

        def all_slowly(self, data, flags=0):
            view = memoryview(data).cast("B")
            while len(view):
                view = view[slowly(self, view, flags) :]

        kind.send, kind.sendall = slowly, all_slowly

    def of_disk(name):
        put = getattr(localbackend.LocalBackend, name)

        def slowly(self, source, remote):
            size = os.path.getsize(source.name)
            done = put(self, source, remote)
            pace.sent(size if done is not False else 0)
            return done

        setattr(localbackend.LocalBackend, name, slowly)

    def of_rclone():
        while True:
            limit = pace.look()
            os.environ["RCLONE_BWLIMIT"] = "%dB" % limit if limit else "off"
            time.sleep(1)

    of_socket(socket.socket)
    of_socket(ssl.SSLSocket)
    of_disk("_put")
    of_disk("_move")
    threading.Thread(target=of_rclone, daemon=True).start()


def read_all_or_end():
    """duplicity goes on with half of a file, or with nothing of a directory, and ends well."""
    from duplicity import diffdir, path, robust

    sources = os.fsencode(JOB["sources"])

    def end(error, name):
        inside = os.path.relpath(os.fsencode(name), sources) if name else b".."
        if not inside.startswith(b".."):
            shown = "".join(one if one.isprintable() else "?" for one in os.fsdecode(inside))
            if len(shown) > LONGEST_SHOWN:
                shown = shown[: LONGEST_SHOWN // 2] + "…" + shown[-LONGEST_SHOWN // 2 :]
            why = TOO_LONG if error.errno == errno.ENAMETOOLONG else error.strerror
            sys.stderr.write("homecloud cannot read %s: %s\n" % (shown, why))
            sys.exit(UNREADABLE)

    def check(error_handler, function, args=()):
        try:
            found = function(*args)
            if function is path.Path.append and not found.type:
                # Listed, and not there: duplicity takes it for deleted meanwhile. In a snapshot
                # nothing is, so its directory is damaged.
                os.lstat(found.name)
                found.setdata()
            return found
        except path.PathException as error:
            # A socket, which nobody could copy.
            return error_handler(error, *args) if error_handler else None
        except OSError as error:
            end(error, error.filename)
            raise

    def read(self, length=-1):
        try:
            data = self.infile.read(length)
        except OSError as error:
            end(error, self.infile.name)
            raise
        if diffdir.stats:
            diffdir.stats.SourceFileSize += len(data)
        return data

    robust.check_common_error = check
    diffdir.FileWithReadCounter.read = read


def match_as_rsync():
    """Bytes; and with a slash after directories, so that a pattern can mean these alone."""
    from duplicity import selection

    def regexp_get_sf(_self, regexp_string, include, _ignore_case=False):
        regexp = re.compile(os.fsencode(regexp_string))

        def selects(path):
            name = os.fsencode(path.name) + (b"/" if path.isdir() else b"")
            return include if regexp.search(name) else None

        selects.exclude = not include
        selects.name = regexp_string
        return selects

    selection.Select.regexp_get_sf = regexp_get_sf


def list_files(col_stats):
    """What list-current-files shows, with mode and owner, one line for each in the order of a walk."""
    from duplicity import config, diffdir, dup_time

    when = config.restore_time or dup_time.curtime
    chain = col_stats.get_signature_chain_at_time(when)
    with open(JOB["into"], "w", encoding="ascii") as out:
        for path in diffdir.get_combined_path_iter(chain.get_fileobjs(when)):
            if path.difftype != "deleted" and path.index:
                name = b"/".join(
                    part if isinstance(part, bytes) else os.fsencode(part) for part in path.index
                )
                out.write(
                    "%s %o %d %s\n"
                    % (path.type, path.mode & 0o7777, path.getmtime(), urllib.parse.quote(name))
                )


def write_at_most(size):
    """What is fetched may be of any size, and would fill the disk of who asks."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def at_target(_action):
    from duplicity import config, file_naming

    write_at_most(LARGEST_MANIFEST)
    file_naming.prepare_regex()
    config.gpg_profile.passphrase = os.environ.get("PASSPHRASE", "")
    for op in JOB["ops"]:
        tell(**OPS[op["op"]](config.backend, op))


def op_list(backend, _op):
    names, volumes, others = [], {}, 0
    for name in sorted(os.fsdecode(one) for one in backend.list()):
        before, found, _ = name.partition(".vol")
        if name.startswith("duplicity-") and found:
            volumes[before] = volumes.get(before, 0) + 1
        elif name.startswith(("duplicity-", "homecloud-")):
            names.append(name)
        else:
            others += 1
    return {"names": names, "volumes": volumes, "others": others}


def op_manifest(backend, op):
    """The beginning of a manifest: the rest are names of files."""
    text = backend.get_data(os.fsencode(op["name"])).decode("utf-8", "replace")
    lines = [line for line in text.split("\n") if line.startswith(("Hostname ", "Localdir "))]
    return {"manifest": lines}


def op_get(backend, op):
    from duplicity import path, tempdir

    local = path.Path(tempdir.default().mktemp())
    write_at_most(LARGEST_MARK)
    backend.get(os.fsencode(op["name"]), local)
    write_at_most(LARGEST_MANIFEST)
    with open(local.name, "rb") as file:
        return {"text": file.read(100000).decode("utf-8", "replace")}


def op_put(backend, op):
    from duplicity import path, tempdir

    local = path.Path(tempdir.default().mktemp())
    with open(local.name, "w", encoding="utf-8") as file:
        file.write(op["text"])
    local.setdata()
    backend.put(local, os.fsencode(op["name"]))
    return {"put": op["name"]}


def op_delete(backend, op):
    """Everything of these sets, and these files: a set ends to be one before it ends to be there."""
    there = [os.fsdecode(one) for one in backend.list()]
    gone = [name for name in there if name in op["names"]]
    for prefix in op["sets"]:
        of_set = [name for name in there if name.startswith(prefix + ".")]
        gone += sorted(of_set, key=lambda name: (not name.startswith(prefix + ".manifest"), name))
    backend.delete([os.fsencode(name) for name in gone])
    left = {os.fsdecode(one) for one in backend.list()}
    return {"left": sorted(left.intersection(gone))}


def make_like_parent(directory):
    """It and those above it that are not there: as the household would have made them, not root's."""
    if os.path.isdir(directory):
        return
    parent = os.path.dirname(directory)
    make_like_parent(parent)
    # It gets its name when it is what it should be: who is killed before makes another one.
    fresh = os.path.join(parent, b".homecloud-new")
    if os.path.isdir(fresh):
        os.rmdir(fresh)
    os.mkdir(fresh, 0o700)
    like = os.stat(parent)
    os.chown(fresh, like.st_uid, like.st_gid)
    os.chmod(fresh, stat.S_IMODE(like.st_mode))
    os.rename(fresh, directory)


def place_of_restore():
    """The rest of the arguments; they may have any bytes."""
    restore = JOB["restore"]
    path, inside = (urllib.parse.unquote_to_bytes(restore[one]) for one in ("path", "inside"))
    to = os.path.join(os.fsencode(restore["directory"]), inside) if inside else restore["directory"]
    gone = [to] if inside else [os.path.join(to, one) for one in os.listdir(to)]
    for one in gone:
        if os.path.isdir(one) and not os.path.islink(one):
            shutil.rmtree(one)
        elif os.path.lexists(one):
            os.unlink(one)
    if inside:
        make_like_parent(os.path.dirname(to))
    if path:
        from duplicity import __version__

        old = __version__.startswith(("0.", "1."))
        option = "--file-to-restore" if old else "--path-to-restore"
        JOB["argv"][1:1] = [option, os.fsdecode(path)]
    JOB["argv"].append(os.fsdecode(to))


def stay_beneath():
    """A set may say that a link has something in it, and duplicity would write where that leads."""
    from duplicity import patchdir

    write = patchdir.Write_ROPaths

    def beneath(base, paths):
        for path in paths:
            at = os.fsencode(base.name)
            for part in path.index:
                at = os.path.join(at, os.fsencode(part))
                if os.path.islink(at):
                    raise ValueError("what the copy has beneath a link is not brought back")
            RESTORED.begun(at)
            yield path
            # It is asked for the next one when this is written.
            RESTORED.done()

    patchdir.Write_ROPaths = lambda base, paths: write(base, beneath(base, paths))


def import_one_backend():
    """The others only cost time."""
    from duplicity import backend

    backend.import_backends = lambda: importlib.import_module(
        "duplicity.backends." + JOB["module"]
    )


def leave_names_that_end_a_quote():
    """rclone's backend puts names between single quotes of a command, and a target may have any."""
    from duplicity.backends import rclonebackend

    names = rclonebackend.RcloneBackend._list
    rclonebackend.RcloneBackend._list = lambda self: [one for one in names(self) if b"'" not in one]


OPS = {
    "list": op_list,
    "manifest": op_manifest,
    "get": op_get,
    "put": op_put,
    "delete": op_delete,
}


def main():
    threading.Thread(target=end_with_the_service, daemon=True).start()
    from duplicity import dup_main

    import_one_backend()
    if JOB["module"] == "rclonebackend":
        leave_names_that_end_a_quote()
    if JOB["do"] == "target":
        dup_main.do_backup = at_target
    elif JOB["do"] == "list":
        dup_main.list_current = list_files
    elif JOB["do"] == "restore":
        place_of_restore()
        stay_beneath()
        threading.Thread(target=tell_progress, args=(RESTORED.told,), daemon=True).start()
    elif JOB["do"] == "copy":
        threading.Thread(target=tell_progress, args=(statistics,), daemon=True).start()
        give_names_when_whole()
        keep_pace()
        read_all_or_end()
        match_as_rsync()
    program = "/usr/bin/duplicity"
    sys.argv = [program, *JOB["argv"]]
    code = 0
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as end:
        code = end.code or 0
    finally:
        if JOB["do"] == "copy":
            tell(done=statistics())
        elif JOB["do"] == "restore":
            tell(progress=RESTORED.told())
    # Not as usual, which waits for gpg, and gpg waits for the rest of what is not written any more.
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


main()
