using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal static partial class Logs
{
    [LoggerMessage(1, LogLevel.Information, "Starting. Press Ctrl+C to stop; twice to kill.")]
    public static partial void ApplicationStarting(this ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "Everything that can start has started.")]
    public static partial void ApplicationStarted(this ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Stopping.")]
    public static partial void ApplicationStopping(this ILogger logger);

    [LoggerMessage(4, LogLevel.Warning, "The process that started this one is gone. Stopping.")]
    public static partial void ParentGone(this ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "No process guards the children against a kill of this one: {Reason}")]
    public static partial void NoGuardian(this ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Information, "Waiting for '{Dependency}' {What}.")]
    public static partial void Waiting(this ILogger logger, string dependency, string what);

    [LoggerMessage(11, LogLevel.Error, "Cannot start: {Reason}")]
    public static partial void CannotStart(this ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Error, "Ended unexpectedly with exit code {ExitCode}. It is not started again.")]
    public static partial void EndedUnexpectedly(this ILogger logger, int exitCode);

    [LoggerMessage(13, LogLevel.Information, "Finished.")]
    public static partial void Finished(this ILogger logger);

    [LoggerMessage(14, LogLevel.Error, "Did not end {Seconds} s after SIGTERM. Killing it.")]
    public static partial void Killing(this ILogger logger, double seconds);

    [LoggerMessage(15, LogLevel.Warning, "Command '{Command}' is unknown.")]
    public static partial void CommandUnknown(this ILogger logger, string command);

    [LoggerMessage(16, LogLevel.Error, "Command '{Command}' failed: {Reason}")]
    public static partial void CommandFailed(this ILogger logger, string command, string? reason);

    [LoggerMessage(17, LogLevel.Error, "A subscriber of {Event} failed: {Reason}")]
    public static partial void SubscriberFailed(this ILogger logger, string @event, string reason);

    [LoggerMessage(
        18,
        LogLevel.Information,
        "Removing container '{Container}', which an earlier run left when it was killed."
    )]
    public static partial void RemovingLeftOver(this ILogger logger, string container);

    [LoggerMessage(
        19,
        LogLevel.Information,
        "Container '{Container}' of an earlier run is described differently now: it is removed, and made anew."
    )]
    public static partial void ReplacingContainer(this ILogger logger, string container);

    [LoggerMessage(22, LogLevel.Information, "Container '{Container}' of an earlier run is used again.")]
    public static partial void FoundContainer(this ILogger logger, string container);

    [LoggerMessage(20, LogLevel.Information, "{Line}")]
    public static partial void ResourceLine(this ILogger logger, string line);

    [LoggerMessage(21, LogLevel.Error, "{Line}")]
    public static partial void ResourceErrorLine(this ILogger logger, string line);
}
