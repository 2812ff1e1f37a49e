namespace LocalCloud.Delivery;

/// <summary>Waits between retries and logs failures.</summary>
internal sealed partial class DeliveryLoop
{
    private async Task WaitAfterFailureAsync(
        Exception error,
        string step,
        int attempt,
        TimeSpan left,
        CancellationToken cancellationToken
    )
    {
        _services.Metrics.Retry(Name, error);
        var wait = _backoff.GetDelay(attempt);
        wait = wait < left ? wait : left;
        if (IsNewFailure(step, error))
            LogStepFailed(_services.Logger, Name, step, error.GetType().Name, error.Message);
        UpdateState(state => state with { LastError = error.Message });
        // A new destination is tried at once.
        await _destinationChanged.WaitAsync(wait, _services.Time, cancellationToken);
    }

    /// <summary>
    /// Returns true if a failure differs from the last one. An outage is logged when it starts and when it ends, not at
    /// each attempt.
    /// </summary>
    private bool IsNewFailure(string step, Exception error)
    {
        var failure = $"{step}: {error.GetType().Name}: {error.Message}";
        var isNew = failure != _failure;
        _failure = failure;
        return isNew;
    }

    private void RecordSuccess(string step, long began)
    {
        _services.Metrics.Step(Name, step, _services.Time.GetElapsedTime(began));
        if (_failure is null)
            return;
        _failure = null;
        UpdateState(state => state with { LastError = null });
        LogRecovered(_services.Logger, Name);
    }

    private async Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, _services.Time, cancellationToken);
        }
        catch (OperationCanceledException) { }
    }

    [LoggerMessage(
        311,
        LogLevel.Information,
        "Loaded {Object} at attempt {Attempt}: {Rows} rows loaded, {Rejected} lines rejected"
    )]
    private static partial void LogLoaded(ILogger logger, string @object, int attempt, long rows, long rejected);

    [LoggerMessage(
        317,
        LogLevel.Information,
        "{Object} was already loaded by an earlier attempt: {Rows} rows loaded, {Rejected} lines rejected"
    )]
    private static partial void LogAlreadyLoaded(ILogger logger, string @object, long rows, long rejected);

    [LoggerMessage(312, LogLevel.Warning, "Delivery stream {Stream}: {Step} failed; retrying. {Exception}: {Reason}")]
    private static partial void LogStepFailed(
        ILogger logger,
        string stream,
        string step,
        string exception,
        string reason
    );

    [LoggerMessage(
        313,
        LogLevel.Error,
        "Skipped {Object} after {Attempts} attempts; its {Records} records are not in the warehouse. "
            + "Load them with the manifest {Manifest}"
    )]
    private static partial void LogSkipped(
        ILogger logger,
        Exception error,
        string @object,
        int attempts,
        long records,
        string manifest
    );

    [LoggerMessage(
        314,
        LogLevel.Error,
        "Delivery stream {Stream}: merge abandoned after {Attempts} attempts; the next merge will include its rows"
    )]
    private static partial void LogMergeAbandoned(ILogger logger, Exception error, string stream, int attempts);

    [LoggerMessage(315, LogLevel.Information, "Delivery stream {Stream}: delivery resumed")]
    private static partial void LogRecovered(ILogger logger, string stream);

    [LoggerMessage(316, LogLevel.Error, "Delivery stream {Stream}: delivery failed; retrying every {Seconds} s")]
    private static partial void LogDeliveryFailed(ILogger logger, Exception error, string stream, double seconds);
}
