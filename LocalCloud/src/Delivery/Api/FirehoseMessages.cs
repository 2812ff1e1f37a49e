using System.Text.Json.Serialization;

namespace LocalCloud.Delivery.Api;

// Requests of https://docs.aws.amazon.com/firehose/latest/APIReference/ with the members for a Redshift destination.
// Property names are the API's.

internal sealed record CreateDeliveryStreamRequest
{
    public string? DeliveryStreamName { get; init; }
    public string? DeliveryStreamType { get; init; }
    public RedshiftDestination? RedshiftDestinationConfiguration { get; init; }
}

internal sealed record UpdateDestinationRequest
{
    public string? DeliveryStreamName { get; init; }
    public string? CurrentDeliveryStreamVersionId { get; init; }
    public string? DestinationId { get; init; }
    public RedshiftDestination? RedshiftDestinationUpdate { get; init; }
}

internal sealed record NamedStreamRequest
{
    public string? DeliveryStreamName { get; init; }
}

internal sealed record ListDeliveryStreamsRequest
{
    public int? Limit { get; init; }
    public string? DeliveryStreamType { get; init; }
    public string? ExclusiveStartDeliveryStreamName { get; init; }
}

/// <summary>
/// <c>RedshiftDestinationConfiguration</c> and <c>RedshiftDestinationUpdate</c>. Also the destination's form on disk.
/// </summary>
internal sealed record RedshiftDestination
{
    public string? RoleARN { get; init; }
    public string? ClusterJDBCURL { get; init; }
    public CopyCommand? CopyCommand { get; init; }
    public string? Username { get; init; }
    public string? Password { get; init; }
    public RetryOptions? RetryOptions { get; init; }
    public S3Destination? S3Configuration { get; init; }
    public S3Destination? S3Update { get; init; }
    public string? S3BackupMode { get; init; }
    public S3Destination? S3BackupConfiguration { get; init; }
    public S3Destination? S3BackupUpdate { get; init; }
    public ProcessingConfiguration? ProcessingConfiguration { get; init; }

    /// <summary>Returns a copy with the members that the update sets. The others keep their values.</summary>
    public RedshiftDestination WithUpdate(RedshiftDestination update) =>
        new()
        {
            RoleARN = update.RoleARN ?? RoleARN,
            ClusterJDBCURL = update.ClusterJDBCURL ?? ClusterJDBCURL,
            CopyCommand = update.CopyCommand ?? CopyCommand,
            Username = update.Username ?? Username,
            Password = update.Password ?? Password,
            RetryOptions = update.RetryOptions ?? RetryOptions,
            S3Configuration = update.S3Update is { } s3 ? S3Configuration?.WithUpdate(s3) ?? s3 : S3Configuration,
            S3BackupMode = update.S3BackupMode ?? S3BackupMode,
            S3BackupConfiguration = update.S3BackupUpdate is { } backup
                ? S3BackupConfiguration?.WithUpdate(backup) ?? backup
                : S3BackupConfiguration,
            ProcessingConfiguration = update.ProcessingConfiguration ?? ProcessingConfiguration,
        };
}

internal sealed record CopyCommand
{
    public string? DataTableName { get; init; }
    public string? DataTableColumns { get; init; }
    public string? CopyOptions { get; init; }
}

internal sealed record RetryOptions
{
    public int? DurationInSeconds { get; init; }
}

internal sealed record ProcessingConfiguration
{
    public bool? Enabled { get; init; }
}

internal sealed record S3Destination
{
    public string? RoleARN { get; init; }
    public string? BucketARN { get; init; }
    public string? Prefix { get; init; }
    public string? ErrorOutputPrefix { get; init; }
    public BufferingHints? BufferingHints { get; init; }
    public string? CompressionFormat { get; init; }

    public S3Destination WithUpdate(S3Destination update) =>
        new()
        {
            RoleARN = update.RoleARN ?? RoleARN,
            BucketARN = update.BucketARN ?? BucketARN,
            Prefix = update.Prefix ?? Prefix,
            ErrorOutputPrefix = update.ErrorOutputPrefix ?? ErrorOutputPrefix,
            BufferingHints = update.BufferingHints ?? BufferingHints,
            CompressionFormat = update.CompressionFormat ?? CompressionFormat,
        };
}

internal sealed record BufferingHints
{
    public int? SizeInMBs { get; init; }
    public int? IntervalInSeconds { get; init; }
}

/// <summary>A delivery stream's definition on disk.</summary>
internal sealed record StreamDefinition
{
    public required string Name { get; init; }

    /// <summary>Starts at 1 and grows with each update of the destination.</summary>
    public required int Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public required RedshiftDestination Destination { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateDeliveryStreamRequest))]
[JsonSerializable(typeof(UpdateDestinationRequest))]
[JsonSerializable(typeof(NamedStreamRequest))]
[JsonSerializable(typeof(ListDeliveryStreamsRequest))]
[JsonSerializable(typeof(StreamDefinition))]
[JsonSerializable(typeof(DeliveryProgress))]
internal sealed partial class FirehoseJson : JsonSerializerContext;
