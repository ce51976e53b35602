package io.homecloud.host.libc;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;

/** One function of the C library that answers -1 and sets errno when it fails. */
public final class LibcCall {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(groupElement("errno"));

  private final String name;
  private final MethodHandle handle;

  private LibcCall(String name, MethodHandle handle) {
    this.name = name;
    this.handle = handle;
  }

  /** Binds a function with a fixed number of arguments; its result must be an int or a long. */
  public static LibcCall of(String name, MemoryLayout result, MemoryLayout... arguments) {
    return bind(
        name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
  }

  /**
   * Binds a function like ioctl or open, whose arguments from {@code firstVariadic} on are optional
   * in C.
   */
  public static LibcCall variadic(
      String name, int firstVariadic, MemoryLayout result, MemoryLayout... arguments) {
    return bind(
        name,
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  @SuppressWarnings("restricted") // calling C is what this class is for
  private static LibcCall bind(String name, FunctionDescriptor shape, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    MethodHandle raw =
        linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
    int arguments = shape.argumentLayouts().size();
    MethodHandle spread =
        raw.asType(raw.type().changeReturnType(long.class))
            .asSpreader(1, Object[].class, arguments)
            .asType(MethodType.methodType(long.class, MemorySegment.class, Object[].class));
    return new LibcCall(name, spread);
  }

  /** Calls it. A failure is answered as the negative {@link Errno} number, as the kernel does. */
  public long call(Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = (long) handle.invokeExact(state, arguments);
      return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }
}
