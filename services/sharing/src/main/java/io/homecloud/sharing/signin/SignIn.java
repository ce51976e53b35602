package io.homecloud.sharing.signin;

import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.problem.ProblemMappers;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.password.PasswordVault;
import io.homecloud.sharing.serving.Verifiers;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/** Signing in and staying signed in. */
public final class SignIn {
  private static final Duration WINDOW = Duration.ofMinutes(15);

  /** Failures within the window: of one account from one address, of either with all others. */
  private static final int MOST_OF_BOTH = 10;

  private static final int MOST_OF_NETWORK = 50;
  private static final int MOST_OF_ACCOUNT = 100;

  private static final int MOST_KNOWN = 10_000;

  /** Of an address of IPv6. */
  private static final int SIX_BYTES = 16;

  /** A check takes 19 MiB for a moment. */
  private static final int AT_ONCE = 2;

  /** Who are checked and who wait for that: each keeps a request with its body in memory. */
  private static final int MOST_IN_LINE = 20;

  /** By then those in line have been checked. */
  private static final int SOON_SECONDS = 5;

  /** In place of what no account can be called, however long that is; no account is called so. */
  private static final String NO_NAME = "(none)";

  private final ResourceStore store;
  private final PasswordVault passwords;
  private final SignInSessions sessions;
  private final TokenIssuer issuer;
  private final Throttle throttle = new Throttle(WINDOW);
  private final Semaphore line = new Semaphore(MOST_IN_LINE);
  private final Semaphore checking = new Semaphore(AT_ONCE, true);

  /** From where accounts have signed in since this process began, the latest last. */
  private final Map<String, Boolean> places =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MOST_KNOWN;
            }
          });

  public SignIn(
      ResourceStore store, PasswordVault passwords, SignInSessions sessions, TokenIssuer issuer) {
    this.store = store;
    this.passwords = passwords;
    this.sessions = sessions;
    this.issuer = issuer;
  }

  /** Where a request comes from. */
  public record Caller(String address, String agent) {
    /** Who has one address of IPv6 has all that begin with the same 64 bits. */
    String network() {
      return network(address);
    }

    static String network(String address) {
      return begin(address, Long.BYTES);
    }

    /** Whether it is exactly this one, however it is written. */
    boolean isAt(String other) {
      return begin(address, SIX_BYTES).equals(begin(other, SIX_BYTES));
    }

    private static String begin(String address, int bytes) {
      try {
        return InetAddress.ofLiteral(address) instanceof Inet6Address six
            ? HexFormat.of().formatHex(six.getAddress(), 0, bytes)
            : address;
      } catch (IllegalArgumentException e) {
        return address;
      }
    }
  }

  /** A session with a token for now. */
  public record SignedIn(
      Resource<AccountSpec, AccountStatus> account,
      SignInSessions.Granted granted,
      TokenIssuer.Token token) {}

  /**
   * Signs in.
   *
   * @throws ProblemException SIGN_IN_REFUSED, the same whatever is wrong; SIGN_IN_THROTTLED after
   *     too many attempts
   */
  public SignedIn signIn(String account, String password, Caller caller) {
    Optional<Resource<AccountSpec, AccountStatus>> known =
        Name.valid(account)
            ? store.find(SharingKinds.ACCOUNT, new Name(account))
            : Optional.empty();
    Optional<UUID> uid = known.map(Resource::uid);
    Optional<Verifiers> checked = uid.flatMap(passwords::verifiers);
    if (!isPassword(account, uid, password, caller) || known.filter(SignIn::mayBeUsed).isEmpty()) {
      throw refused();
    }
    SignInSessions.Granted granted =
        sessions.begin(known.get().uid(), caller.address(), caller.agent());
    // Who took the account, its password or its role away meanwhile may not have seen this session.
    Optional<Resource<AccountSpec, AccountStatus>> now =
        store.find(SharingKinds.ACCOUNT, known.get().uid()).filter(SignIn::mayBeUsed);
    if (now.isEmpty() || !checked.equals(uid.flatMap(passwords::verifiers))) {
      boolean _ = sessions.end(granted.session().id());
      throw refused();
    }
    return signedIn(now.get(), granted);
  }

  private static ProblemException refused() {
    return SharingProblem.SIGN_IN_REFUSED.because(
        "The account or the password is wrong, or the account is disabled.");
  }

  /** Whether it is the account's password; what is wrong counts as a failure of the caller's. */
  public boolean isPassword(String said, Optional<UUID> uid, String password, Caller caller) {
    return isOneOf(said, uid, List.of(password), caller);
  }

  /** The same of any of them, which count as one failure. */
  boolean isOneOf(String said, Optional<UUID> uid, List<String> tried, Caller caller) {
    String account = Name.valid(said) ? said : NO_NAME;
    String both = "both " + caller.address() + " " + account;
    String network = "network " + caller.network();
    String name = "account " + account;
    String here = caller.network() + " " + account;
    String exactlyHere = caller.address() + " " + account;
    Runnable patience =
        () -> {
          requirePatience(both, MOST_OF_BOTH);
          // Else one device in the house, or whoever guesses, would keep out whose account it is.
          if (throttle.wait(network, MOST_OF_NETWORK).isPresent()
              && !places.containsKey(exactlyHere)
              && !isSignedIn(uid, caller::isAt)) {
            requirePatience(network, MOST_OF_NETWORK);
          }
          if (throttle.wait(name, MOST_OF_ACCOUNT).isPresent()
              && !places.containsKey(here)
              && !isSignedIn(uid, from -> Caller.network(from).equals(caller.network()))) {
            requirePatience(name, MOST_OF_ACCOUNT);
          }
        };
    patience.run();
    if (!line.tryAcquire()) {
      throw throttled("Too many sign in just now. Try again in a few seconds.", SOON_SECONDS);
    }
    checking.acquireUninterruptibly();
    try {
      // Many who came at once have waited here together, and some of them have failed since.
      patience.run();
      if (tried.stream().anyMatch(password -> passwords.matches(uid, password))) {
        throttle.forget(both);
        places.put(here, true);
        places.put(exactlyHere, true);
        return true;
      }
      List.of(both, network, name).forEach(throttle::failed);
      return false;
    } finally {
      checking.release();
      line.release();
    }
  }

  private boolean isSignedIn(Optional<UUID> uid, Predicate<String> address) {
    return uid.isPresent()
        && sessions.list(uid).stream().map(SignInSession::address).anyMatch(address);
  }

  private void requirePatience(String key, int most) {
    Optional<Duration> wait = throttle.wait(key, most);
    if (wait.isPresent()) {
      long minutes = Math.max(1, wait.get().plusSeconds(59).toMinutes());
      throw throttled(
          "There were too many wrong passwords. Try again in " + minutes + " minutes.",
          wait.get().toSeconds() + 1);
    }
  }

  private static ProblemException throttled(String sentence, long seconds) {
    return SharingProblem.SIGN_IN_THROTTLED
        .because(sentence)
        .with(ProblemMappers.RETRY_AFTER, seconds);
  }

  private static boolean mayBeUsed(Resource<AccountSpec, AccountStatus> account) {
    return !account.spec().disabled() && !account.deleting();
  }

  /**
   * A new token for a session, by the secret that it was given last.
   *
   * @throws ProblemException SESSION_ENDED
   */
  public SignedIn renew(String secret, Caller caller) {
    SignInSessions.Granted granted =
        sessions.renew(secret, caller.address()).orElseThrow(SignIn::ended);
    return signedIn(
        store
            .find(SharingKinds.ACCOUNT, granted.session().account())
            .filter(SignIn::mayBeUsed)
            .orElseThrow(SignIn::ended),
        granted);
  }

  private static ProblemException ended() {
    return SharingProblem.SESSION_ENDED.because("The session has ended; sign in again.");
  }

  private SignedIn signedIn(
      Resource<AccountSpec, AccountStatus> account, SignInSessions.Granted granted) {
    return new SignedIn(
        account,
        granted,
        issuer.issue(
            account.uid(),
            account.name().value(),
            account.spec().role().word(),
            granted.session().id()));
  }
}
