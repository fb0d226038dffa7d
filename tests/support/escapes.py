"""Attempts to get out of a sandbox. Each is Python that runs inside.

An attempt has escaped when it returns something true; an exception means that it was held.
"""

import platform
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.sandbox import seccomp

_ARCHITECTURE = seccomp.ARCHITECTURES.get(platform.machine(), seccomp.ARCHITECTURES["x86_64"])

PRELUDE = """
import ctypes, errno, glob, json, os, resource, signal, socket, stat, subprocess, sys, time
HOST = json.loads(os.environ["HOST"])
libc = ctypes.CDLL(None, use_errno=True)

def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return True

def syscall(number, *arguments):
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return checked(libc.syscall(ctypes.c_long(number), *words))

def files(pattern, test):
    found = []
    for path in glob.glob(pattern):
        try:
            with open(path, "rb") as file:
                if test(file.read()):
                    found.append(path)
        except OSError:
            pass
    return found

def read(path):
    with open(path, "rb") as file:
        return file.read(100) or b"(empty)"

def write(path):
    with open(path, "wb") as file:
        return file.write(b"x")

def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as it:
        it.settimeout(1)
        it.connect(address)
        return True

def works(*words):
    done = subprocess.run(words, capture_output=True, timeout=5)
    return done.returncode == 0 and (done.stdout or True)
"""

EPILOGUE = """
def judged(attempt):
    try:
        got = attempt()
    except Exception as error:
        return "held: " + type(error).__name__ + " " + str(error)
    return ("ESCAPED: " if got else "held: ") + repr(got)[:300]

def alone(attempt):
    # In a child of its own, so that no attempt helps or hinders the next.
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(10)
        os.write(writing, judged(attempt).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as said:
        text = said.read().decode()
    status = os.waitpid(child, 0)[1]
    return text or "held: ended with status " + str(status)

verdicts = {name: alone(attempt) for name, attempt in ATTEMPTS.items()}
print(json.dumps(verdicts))
"""


@dataclass(frozen=True)
class Attempt:
    """`code` is the body of a function. `otherwise`: it works where there is no sandbox."""

    name: str
    code: str
    otherwise: bool = False


def program(attempts: Sequence[Attempt]) -> str:
    """Python that makes all attempts and prints a JSON object: name -> what came of it.

    It expects facts about the machine outside in the variable HOST.
    """
    parts = [PRELUDE, "ATTEMPTS = {}\n"]
    for number, attempt in enumerate(attempts):
        body = textwrap.indent(attempt.code, "    ")
        parts.append(f"def attempt_{number}():\n{body}\n")
        parts.append(f"ATTEMPTS[{attempt.name!r}] = attempt_{number}\n")
    return "".join([*parts, EPILOGUE])


def _files() -> Iterator[Attempt]:
    yield Attempt("read /etc/shadow", "return read('/etc/shadow')")
    yield Attempt("read a file of the host that is open to all", "return read(HOST['file'])", True)
    yield Attempt("list a directory of the host", "return os.listdir(HOST['directory'])", True)
    yield Attempt("list root's home", "return os.listdir('/root')")
    yield Attempt("list the users' homes", "return os.listdir('/home')")
    yield Attempt("see the other slots", "return os.listdir(HOST['slots'])")
    yield Attempt("through the root of process 1", "return read('/proc/1/root' + HOST['file'])")
    yield Attempt(
        "through the directories of every process",
        "return [p for p in glob.glob('/proc/[0-9]*') for d in ('root', 'cwd')"
        " if os.path.exists(p + '/' + d + HOST['file'])]",
        True,
    )
    yield Attempt(
        "through a link",
        "os.symlink(HOST['file'], HOST['tmp'] + '/link'); return read(HOST['tmp'] + '/link')",
        True,
    )
    yield Attempt("by dots", "return read('/usr/../..' + HOST['file'])", True)
    yield Attempt(
        "by a file handle",
        "handle = ctypes.create_string_buffer(bytes([8,0,0,0, 1,0,0,0, 2,0,0,0, 0,0,0,0]))\n"
        "directory = os.open('/usr', os.O_RDONLY)\n"
        f"return syscall({_ARCHITECTURE.denied['open_by_handle_at']}, directory, handle, 0)",
    )
    for place in ("/", "/usr", "/etc", "/bin", "/lib", "/dev", "/run", "/run/canon", "/proc"):
        yield Attempt(f"create a file in {place}", f"return write({place!r} + '/canary')")
    yield Attempt("change /etc/passwd", "return write('/etc/passwd')")
    yield Attempt("change the plug-in", "return write('/run/canon/plugins/canon_reporter.py')")
    yield Attempt("change the toolchain", "return write(HOST['toolchain'] + '/pyvenv.cfg')")
    yield Attempt("change a program's mode", "os.chmod('/usr/bin/id', 0o777); return True")
    yield Attempt("rename a system directory", "os.rename('/usr/lib', '/usr/bil'); return True")
    yield Attempt(
        "find something of the host",
        "return [p for p in ('/var/lib', '/var/log', '/srv', '/opt', '/mnt', '/media', '/boot',"
        " '/sys', '/run/docker.sock', '/run/systemd', '/run/dbus', '/work', '/data')"
        " if os.path.exists(p) and p not in HOST['toolchain']]",
        True,
    )
    yield Attempt(
        "a set-uid program of one's own",
        "import shutil\npath = HOST['tmp'] + '/id'\nshutil.copy('/usr/bin/id', path)\n"
        "os.chmod(path, 0o6755)\n"
        "return b'euid=' in subprocess.run([path], capture_output=True).stdout",
    )
    yield Attempt("a set-uid program of the system", "return works('su', '-c', 'id')")


def _devices() -> Iterator[Attempt]:
    for name in ("mem", "kmem", "port", "kmsg", "sda", "vda", "nvme0n1", "kvm", "fuse", "net/tun"):
        yield Attempt(f"open /dev/{name}", f"return os.open('/dev/{name}', os.O_RDONLY)")
    yield Attempt("open the loop devices", "return os.open('/dev/loop-control', os.O_RDWR)")
    yield Attempt("open a terminal", "return os.open('/dev/tty', os.O_RDWR)")
    yield Attempt(
        "type into a terminal",
        "import fcntl, termios\n"
        "return [fd for fd in (0, 1, 2) if fcntl.ioctl(fd, termios.TIOCSTI, b'x') == 0]",
    )
    for kind, major in (("BLK", 8), ("CHR", 1)):
        yield Attempt(
            f"make a device (S_IF{kind})",
            f"path = HOST['tmp'] + '/device'\n"
            f"os.mknod(path, 0o666 | stat.S_IF{kind}, os.makedev({major}, 1))\n"
            "return os.open(path, os.O_RDONLY) or True",
        )


def _processes() -> Iterator[Attempt]:
    yield Attempt("signal a process of the host", "os.kill(HOST['process'], 0); return True", True)
    yield Attempt(
        "see a process of the host",
        "return files('/proc/[0-9]*/cmdline', lambda text: HOST['marker'].encode() in text)",
        True,
    )
    yield Attempt(
        "read a process's environment",
        "return files('/proc/[0-9]*/environ', lambda text: b'CANON_SECRET' in text)",
        True,
    )
    yield Attempt("a secret in the own environment", "return os.environ.get('CANON_SECRET')", True)
    yield Attempt("trace process 1", "return checked(libc.ptrace(16, 1, 0, 0))")
    yield Attempt(
        "read the memory of process 1",
        "local = ctypes.create_string_buffer(16)\n"
        "vector = (ctypes.c_size_t * 2)(ctypes.addressof(local), 16)\n"
        "return checked(libc.process_vm_readv(1, vector, 1, vector, 1, 0))",
    )
    yield Attempt(
        "a process without a filter",
        "return files('/proc/[0-9]*/status', lambda text: b'Seccomp:\\t2' not in text)",
        True,
    )
    yield Attempt(
        "a process with capabilities",
        "return files('/proc/[0-9]*/status', lambda text: b'CapBnd:\\t' + b'0' * 16 not in text)",
        True,
    )
    yield Attempt("more priority", "os.setpriority(os.PRIO_PROCESS, 0, -5); return True")
    yield Attempt(
        "real-time priority",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)); return True",
    )
    for name in ("NPROC", "FSIZE", "NOFILE", "CORE", "CPU"):
        yield Attempt(
            f"a higher limit (RLIMIT_{name})",
            f"resource.setrlimit(resource.RLIMIT_{name}, (-1, -1)); return True",
        )
    yield Attempt("become root", "os.setuid(0); return True")
    yield Attempt("become another", "os.setresuid(1001, 1001, 1001); return True")
    yield Attempt("another group", "os.setgroups([0]); return True")
    yield Attempt("a core file", "return resource.getrlimit(resource.RLIMIT_CORE) != (1, 1)", True)


def _network() -> Iterator[Attempt]:
    yield Attempt(
        "the host's loopback", "return connect(socket.AF_INET, ('127.0.0.1', HOST['port']))", True
    )
    yield Attempt(
        "the host's loopback, version 6",
        "return connect(socket.AF_INET6, ('::1', HOST['port6']))",
        True,
    )
    yield Attempt(
        "an abstract socket", "return connect(socket.AF_UNIX, '\\0' + HOST['abstract'])", True
    )
    yield Attempt("a socket in a directory", "return connect(socket.AF_UNIX, HOST['socket'])", True)
    yield Attempt("another machine", "return connect(socket.AF_INET, ('192.0.2.1', 80))")
    yield Attempt(
        "a datagram to another machine",
        "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:\n"
        "    return it.sendto(b'x', ('192.0.2.1', 53))",
        True,
    )
    yield Attempt("a name", "return socket.getaddrinfo('example.com', 80)")
    yield Attempt(
        "an interface",
        "return [name for _, name in socket.if_nameindex() if name != 'lo']",
        True,
    )
    yield Attempt("a raw socket", "return socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)")
    yield Attempt("a packet socket", "return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)")
    for name, family in (("VSOCK", 40), ("ALG", 38), ("BLUETOOTH", 31), ("CAN", 29), ("TIPC", 30)):
        yield Attempt(
            f"a socket of AF_{name}",
            f"return socket.socket({family}, socket.SOCK_SEQPACKET if {family} == 38 else 1, 0)",
        )
    yield Attempt("the virtual machine's host", "return connect(40, (2, 1024))")
    yield Attempt("a new interface", "return works('ip', 'link', 'add', 'canary', 'type', 'dummy')")


def _namespaces() -> Iterator[Attempt]:
    flags = {"NEWUSER": 0x10000000, "NEWNS": 0x20000, "NEWNET": 0x40000000, "NEWPID": 0x20000000}
    for name, flag in flags.items():
        yield Attempt(f"unshare CLONE_{name}", f"return checked(libc.unshare({flag}))")
    yield Attempt(
        "clone with CLONE_NEWUSER",
        f"return syscall({_ARCHITECTURE.clone}, 0x10000000 | 17, 0, 0, 0, 0)",
    )
    yield Attempt(
        "clone3 with CLONE_NEWUSER",
        "arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)\n"
        "return syscall(435, arguments, ctypes.sizeof(arguments))",
    )
    for name in ("net", "mnt", "pid", "user"):
        yield Attempt(
            f"enter a {name} namespace",
            f"return checked(libc.setns(os.open('/proc/1/ns/{name}', os.O_RDONLY), 0))",
        )
    for kind in ("proc", "sysfs", "tmpfs", "cgroup", "cgroup2", "overlay", "bpf"):
        yield Attempt(
            f"mount {kind}",
            f"return checked(libc.mount(b'x', HOST['tmp'].encode(), b'{kind}', 0, None))",
        )
    yield Attempt(
        "remount / writable", "return checked(libc.mount(b'', b'/', b'', 0x20 | 0x1000, 0))"
    )
    yield Attempt("unmount a cover", "return checked(libc.umount2(b'/etc/passwd', 2))")
    yield Attempt("change the root", "os.chroot('/sandbox'); return True")
    yield Attempt("the host's name", "socket.sethostname('canary'); return True")
    yield Attempt("map other users", "return write('/proc/self/uid_map')")
    yield Attempt("allow namespaces", "return write('/proc/sys/user/max_user_namespaces')")
    yield Attempt(
        "unshare, the program", "return works('unshare', '--user', '--map-root-user', 'id')"
    )
    yield Attempt("bwrap, the program", "return works('bwrap', '--ro-bind', '/', '/', 'id')")


def _kernel() -> Iterator[Attempt]:
    for name, number in _ARCHITECTURE.denied.items():
        yield Attempt(f"call {name}", f"return syscall({number}, 0, 0, 0, 0, 0)")
    if _ARCHITECTURE.x32:
        yield from _other_instructions()
    for path in (
        "/proc/sys/kernel/core_pattern",
        "/proc/sys/kernel/modprobe",
        "/proc/sys/vm/overcommit_memory",
        "/proc/sys/fs/binfmt_misc/register",
        "/proc/sysrq-trigger",
    ):
        yield Attempt(f"write {path}", f"return write({path!r})")
    for path in ("/proc/kcore", "/proc/kmsg", "/proc/kpagecount"):
        yield Attempt(f"read {path}", f"return read({path!r})")
    yield Attempt(
        "a control group to write to",
        "return [os.path.join(d, f) for d, _, fs in os.walk('/') if not d.startswith('/proc')"
        " for f in fs if f == 'cgroup.procs'] or os.path.exists('/sys/fs/cgroup')",
        True,
    )
    yield Attempt(
        "the host's shared memory", "return checked(libc.shmget(HOST['shared'], 4096, 0))", True
    )


def _other_instructions() -> Iterator[Attempt]:
    yield Attempt("call by x32 numbers", "return libc.syscall(ctypes.c_long(0x40000000 | 39)) > 0")
    yield Attempt(
        "call as a 32-bit program",
        "import mmap\n"
        "code = mmap.mmap(-1, 4096, prot=7)\n"
        "code.write(bytes.fromhex('b814000000cd80c3'))\n"  # mov eax, 20 (getpid); int 0x80; ret
        "child = os.fork()\n"
        "if not child:\n"
        "    address = ctypes.addressof(ctypes.c_char.from_buffer(code))\n"
        "    os._exit(0 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0 else 1)\n"
        "return os.waitpid(child, 0)[1] == 0",
    )


ATTEMPTS = [
    *_files(),
    *_devices(),
    *_processes(),
    *_network(),
    *_namespaces(),
    *_kernel(),
]
