package io.homecloud.storage;

import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.problem.ProblemMappers;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** A request that meets a full or read-only pool, or hardware that fails, is told so. */
public final class StorageFailureMapper {
  private static final Logger LOG = Logger.getLogger(StorageFailureMapper.class);

  @ServerExceptionMapper
  public Response failure(StorageFailure failure) {
    ProblemException problem = StorageProblem.of(failure);
    if (problem.code() == StorageProblem.HOST_FAILED) {
      LOG.error("the kernel or the hardware failed", failure);
    }
    return new ProblemMappers().problem(problem);
  }
}
