using System.Text.Json.Serialization;

namespace LocalCloud.Delivery.Api;

/// <summary><c>RedshiftDestinationDescription</c>: the destination without its password.</summary>
internal sealed record RedshiftDescription
{
    public string? RoleARN { get; init; }
    public string? ClusterJDBCURL { get; init; }
    public CopyCommand? CopyCommand { get; init; }
    public string? Username { get; init; }
    public RetryOptions? RetryOptions { get; init; }
    public S3Destination? S3DestinationDescription { get; init; }
    public string? S3BackupMode { get; init; }
    public S3Destination? S3BackupDescription { get; init; }

    public static RedshiftDescription From(RedshiftDestination destination) =>
        new()
        {
            RoleARN = destination.RoleARN,
            ClusterJDBCURL = destination.ClusterJDBCURL,
            CopyCommand = destination.CopyCommand,
            Username = destination.Username,
            RetryOptions = destination.RetryOptions,
            S3DestinationDescription = destination.S3Configuration,
            S3BackupMode = destination.S3BackupMode,
            S3BackupDescription = destination.S3BackupConfiguration,
        };
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RedshiftDescription))]
internal sealed partial class RedshiftDescriptionJson : JsonSerializerContext;
