namespace LocalCloud.Delivery;

/// <summary>Retries, and what the log says of them.</summary>
internal sealed partial class DeliveryLoop
{
    private async Task FailedAsync(
        Exception error,
        string what,
        int attempt,
        TimeSpan left,
        CancellationToken cancellationToken
    )
    {
        _parts.Metrics.Retry(Name, error);
        var wait = _backoff.After(attempt);
        wait = wait < left ? wait : left;
        if (IsNews(what, error))
            LogStepFailed(_parts.Logger, Name, what, error.GetType().Name, error.Message);
        Note(state => state with { LastError = error.Message });
        await _destinationChanged.WaitAsync(wait, _parts.Time, cancellationToken); // a new destination is tried at once
    }

    /// <summary>
    /// Whether a failure differs from the last one: an outage is a line when it begins and one when it is over, not one
    /// an attempt.
    /// </summary>
    private bool IsNews(string what, Exception error)
    {
        var failure = $"{what}: {error.GetType().Name}: {error.Message}";
        var isNews = failure != _failure;
        _failure = failure;
        return isNews;
    }

    private void Succeeded(string step, long began)
    {
        _parts.Metrics.Step(Name, step, _parts.Time.GetElapsedTime(began));
        if (_failure is null)
            return;
        _failure = null;
        Note(state => state with { LastError = null });
        LogGoesOn(_parts.Logger, Name);
    }

    private async Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, _parts.Time, cancellationToken);
        }
        catch (OperationCanceledException) { }
    }

    [LoggerMessage(311, LogLevel.Information, "Loaded {Object}: {Rows} rows, {Refused} refused, at attempt {Attempt}")]
    private static partial void LogLoaded(ILogger logger, string @object, long rows, long refused, int attempt);

    [LoggerMessage(
        317,
        LogLevel.Information,
        "{Object} is in the warehouse since an earlier attempt, whose end was not known: {Rows} rows, {Refused} refused"
    )]
    private static partial void LogLoadedBefore(ILogger logger, string @object, long rows, long refused);

    [LoggerMessage(312, LogLevel.Warning, "{Stream}: {What} failed, and is tried again: {Exception}: {Reason}")]
    private static partial void LogStepFailed(
        ILogger logger,
        string stream,
        string what,
        string exception,
        string reason
    );

    [LoggerMessage(
        313,
        LogLevel.Error,
        "Skipped {Object} with {Records} records after {Attempts} attempts; its manifest is {Manifest}"
    )]
    private static partial void LogSkipped(
        ILogger logger,
        Exception error,
        string @object,
        long records,
        int attempts,
        string manifest
    );

    [LoggerMessage(
        314,
        LogLevel.Error,
        "{Stream}: gave the merge up after {Attempts} attempts; the rows have landed, and the next merge takes them"
    )]
    private static partial void LogMergeGivenUp(ILogger logger, Exception error, string stream, int attempts);

    [LoggerMessage(315, LogLevel.Information, "{Stream}: delivery goes on")]
    private static partial void LogGoesOn(ILogger logger, string stream);

    [LoggerMessage(
        316,
        LogLevel.Error,
        "{Stream}: delivery failed, and is tried again every {Seconds} s until it succeeds"
    )]
    private static partial void LogDeliveryFailed(ILogger logger, Exception error, string stream, double seconds);
}
