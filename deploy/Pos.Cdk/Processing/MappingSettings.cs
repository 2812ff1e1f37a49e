using Microsoft.Extensions.Configuration;
using Pos.Processor.EventSource;

namespace Pos.Cdk.Processing;

/// <summary>The settings of the processor's own event source mapping, as Lambda's mapping takes them.</summary>
internal static class MappingSettings
{
    /// <summary>Lambda's largest number of retries but "without end".</summary>
    private const int MaxRetries = 10_000;

    /// <summary>What the processor runs with on any machine: its <c>appsettings.json</c>.</summary>
    public static EventSourceMappingOptions Read() =>
        new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "Processing", "processor.appsettings.json"))
            .Build()
            .GetSection(EventSourceMappingOptions.Section)
            .Get<EventSourceMappingOptions>()
        ?? new();

    /// <summary>Finite, as everything is that AWS charges for.</summary>
    public static int RetryAttempts(EventSourceMappingOptions options) =>
        options.MaximumRetryAttempts < 0 ? MaxRetries : options.MaximumRetryAttempts;

    /// <summary>
    /// Finite: an hour before a record is gone from the stream it is given up, and kept whole by the on-failure
    /// destination.
    /// </summary>
    public static int RecordAgeInSeconds(EventSourceMappingOptions options, TimeSpan retention) =>
        options.MaximumRecordAgeInSeconds < 0
            ? (int)(retention - TimeSpan.FromHours(1)).TotalSeconds
            : options.MaximumRecordAgeInSeconds;

    /// <summary>CreateEventSourceMapping's name of it.</summary>
    public static string StartingPositionName(EventSourceMappingOptions options) =>
        options.StartingPosition switch
        {
            StartingPosition.TrimHorizon => "TRIM_HORIZON",
            StartingPosition.Latest => "LATEST",
            _ => "AT_TIMESTAMP",
        };
}
