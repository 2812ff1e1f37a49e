using Microsoft.Extensions.Configuration;
using Pos.Processor.EventSource;

namespace Pos.Cdk.Processing;

/// <summary>Converts the processor's event source mapping settings to those of Lambda.</summary>
internal static class MappingSettings
{
    /// <summary>Lambda's maximum number of retries, other than unlimited.</summary>
    private const int MaxRetries = 10_000;

    /// <summary>Reads the settings in the processor's <c>appsettings.json</c>.</summary>
    public static EventSourceMappingOptions Read() =>
        new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "Processing", "processor.appsettings.json"))
            .Build()
            .GetSection(EventSourceMappingOptions.Section)
            .Get<EventSourceMappingOptions>()
        ?? new();

    /// <summary>Returns a finite number of retries, as AWS charges for each.</summary>
    public static int RetryAttempts(EventSourceMappingOptions options) =>
        options.MaximumRetryAttempts < 0 ? MaxRetries : options.MaximumRetryAttempts;

    /// <summary>
    /// Returns a finite age: Lambda gives up a record an hour before it expires in the stream, and the on-failure
    /// destination keeps it.
    /// </summary>
    public static int RecordAgeInSeconds(EventSourceMappingOptions options, TimeSpan retention) =>
        options.MaximumRecordAgeInSeconds < 0
            ? (int)(retention - TimeSpan.FromHours(1)).TotalSeconds
            : options.MaximumRecordAgeInSeconds;

    /// <summary>Returns the starting position's name in CreateEventSourceMapping.</summary>
    public static string StartingPositionName(EventSourceMappingOptions options) =>
        options.StartingPosition switch
        {
            StartingPosition.TrimHorizon => "TRIM_HORIZON",
            StartingPosition.Latest => "LATEST",
            _ => "AT_TIMESTAMP",
        };
}
