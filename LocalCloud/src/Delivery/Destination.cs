using System.Text.RegularExpressions;
using LocalCloud.Delivery.Api;
using LocalCloud.PostgresCopy;
using LocalCloud.Protocol;

namespace LocalCloud.Delivery;

/// <summary>A valid destination: the bucket for staged objects and the table into which COPY loads them.</summary>
internal sealed partial record Destination
{
    private const string BucketArn = "arn:aws:s3:::";

    public required string ConnectionString { get; init; }

    public required LoadTable Table { get; init; }

    /// <summary>Time during which a failing COPY is retried. 0 means no retry.</summary>
    public required TimeSpan RetryDuration { get; init; }
    public required string Bucket { get; init; }
    public required string Prefix { get; init; }

    /// <summary>Prefix of the manifests of skipped objects.</summary>
    public required string ErrorPrefix { get; init; }
    public required long BufferBytes { get; init; }
    public required TimeSpan BufferInterval { get; init; }
    public required bool Gzip { get; init; }

    /// <summary>Bucket for a backup of the unchanged records; null for none.</summary>
    public BackupBucket? Backup { get; init; }

    /// <summary>Fills in the API's defaults.</summary>
    /// <remarks>Defaults and bounds: API reference, BufferingHints (5 MiB of 1–128, 300 s of 0–900),
    /// RedshiftRetryOptions (3,600 s of 0–7,200).</remarks>
    public static RedshiftDestination WithDefaults(RedshiftDestination given) =>
        given with
        {
            RetryOptions = new RetryOptions { DurationInSeconds = given.RetryOptions?.DurationInSeconds ?? 3600 },
            S3BackupMode = given.S3BackupMode ?? "Disabled",
            S3Configuration = WithDefaults(given.S3Configuration),
            S3BackupConfiguration = WithDefaults(given.S3BackupConfiguration),
        };

    private static S3Destination? WithDefaults(S3Destination? given)
    {
        if (given is null)
            return null;
        // "if you specify a value for it, you must also specify a value for" the other, "and vice versa"
        // (BufferingHints).
        if (given.BufferingHints is { } hints && hints.SizeInMBs is null != hints.IntervalInSeconds is null)
            throw InvalidArgument("BufferingHints must have both SizeInMBs and IntervalInSeconds, or neither.");
        return given with
        {
            CompressionFormat = given.CompressionFormat ?? "UNCOMPRESSED",
            BufferingHints = new BufferingHints
            {
                SizeInMBs = given.BufferingHints?.SizeInMBs ?? 5,
                IntervalInSeconds = given.BufferingHints?.IntervalInSeconds ?? 300,
            },
        };
    }

    /// <exception cref="AwsException">InvalidArgumentException: a member is missing, out of bounds or not
    /// supported.</exception>
    public static Destination From(RedshiftDestination given)
    {
        var s3 = given.S3Configuration ?? throw InvalidArgument("S3Configuration is required.");
        var copy = given.CopyCommand ?? throw InvalidArgument("CopyCommand is required.");
        var hints = s3.BufferingHints!;
        return new Destination
        {
            ConnectionString = JdbcUrl.ToConnectionString(
                given.ClusterJDBCURL ?? throw InvalidArgument("ClusterJDBCURL is required."),
                given.Username ?? throw InvalidArgument("Username is required."),
                given.Password ?? throw InvalidArgument("Password is required.")
            ),
            Table = ParseTable(copy),
            RetryDuration = TimeSpan.FromSeconds(
                RequireInRange(given.RetryOptions!.DurationInSeconds!.Value, 0, 7200, "RetryOptions.DurationInSeconds")
            ),
            Bucket = ParseBucketName(s3.BucketARN),
            Prefix = s3.Prefix ?? "",
            ErrorPrefix = s3.ErrorOutputPrefix ?? "errors/manifests/",
            BufferBytes = RequireInRange(hints.SizeInMBs!.Value, 1, 128, "BufferingHints.SizeInMBs") * 1024L * 1024,
            BufferInterval = TimeSpan.FromSeconds(
                RequireInRange(hints.IntervalInSeconds!.Value, 0, 900, "BufferingHints.IntervalInSeconds")
            ),
            Gzip = IsGzip(s3.CompressionFormat!, copy.CopyOptions ?? ""),
            Backup = ParseBackup(given),
        }.EnsureSupported(given, copy);
    }

    private Destination EnsureSupported(RedshiftDestination given, CopyCommand copy)
    {
        if (given.ProcessingConfiguration?.Enabled is true)
            throw InvalidArgument("ProcessingConfiguration is not supported.");
        if (!JsonAuto().IsMatch(copy.CopyOptions ?? ""))
            throw InvalidArgument("CopyOptions must include JSON 'auto'; other formats are not supported.");
        return this;
    }

    private static BackupBucket? ParseBackup(RedshiftDestination given)
    {
        if (given.S3BackupMode is "Disabled")
            return null;
        if (given.S3BackupMode is not "Enabled")
            throw InvalidArgument($"S3BackupMode is '{given.S3BackupMode}'; it must be Disabled or Enabled.");
        var s3 = given.S3BackupConfiguration
            ?? throw InvalidArgument("S3BackupConfiguration is required for S3BackupMode 'Enabled'.");
        if (s3.CompressionFormat is not ("UNCOMPRESSED" or "GZIP"))
            throw InvalidArgument(
                $"CompressionFormat '{s3.CompressionFormat}' of S3BackupConfiguration is not supported; "
                    + "it must be UNCOMPRESSED or GZIP."
            );
        return new BackupBucket(ParseBucketName(s3.BucketARN), s3.Prefix ?? "", s3.CompressionFormat is "GZIP");
    }

    private static bool IsGzip(string format, string copyOptions)
    {
        // "SNAPPY or ZIP cannot be specified because the Amazon Redshift COPY operation doesn't support them"
        // (RedshiftDestinationConfiguration).
        if (format is not ("UNCOMPRESSED" or "GZIP"))
            throw InvalidArgument(
                $"CompressionFormat '{format}' is not supported by COPY; it must be UNCOMPRESSED or GZIP."
            );
        // Otherwise, Redshift would fail each COPY at its first byte.
        if ((format == "GZIP") != GzipOption().IsMatch(copyOptions))
            throw InvalidArgument("CompressionFormat GZIP requires the CopyOption GZIP, and vice versa.");
        return format == "GZIP";
    }

    private static string ParseBucketName(string? arn) =>
        arn is not null && arn.StartsWith(BucketArn, StringComparison.Ordinal) && arn.Length > BucketArn.Length
            ? arn[BucketArn.Length..]
            : throw InvalidArgument($"BucketARN '{arn}' must have the form {BucketArn}NAME.");

    private static LoadTable ParseTable(CopyCommand copy)
    {
        try
        {
            return LoadTable.Parse(copy.DataTableName, copy.DataTableColumns);
        }
        catch (FormatException error)
        {
            throw InvalidArgument(error.Message);
        }
    }

    private static int RequireInRange(int value, int min, int max, string name) =>
        value >= min && value <= max
            ? value
            : throw InvalidArgument($"{name} is {value}; it must be from {min} to {max}.");

    private static AwsException InvalidArgument(string message) => new("InvalidArgumentException", message);

    [GeneratedRegex(@"\bjson\s+(as\s+)?'auto'", RegexOptions.IgnoreCase)]
    private static partial Regex JsonAuto();

    [GeneratedRegex(@"\bgzip\b", RegexOptions.IgnoreCase)]
    private static partial Regex GzipOption();
}

/// <summary>
/// The bucket for a backup of source records. It is written with each batch; the backup's own buffering hints are
/// ignored.
/// </summary>
internal sealed record BackupBucket(string Bucket, string Prefix, bool Gzip);
