using System.Text.RegularExpressions;
using LocalCloud.Delivery.Api;
using LocalCloud.PostgresCopy;
using LocalCloud.Protocol;

namespace LocalCloud.Delivery;

/// <summary>A valid destination: where objects are staged and where COPY takes them.</summary>
internal sealed partial record Destination
{
    private const string BucketArn = "arn:aws:s3:::";

    public required string ConnectionString { get; init; }

    public required LoadTable Table { get; init; }

    /// <summary>How long a failing COPY is tried again; 0: not at all.</summary>
    public required TimeSpan RetryDuration { get; init; }
    public required string Bucket { get; init; }
    public required string Prefix { get; init; }

    /// <summary>Where the manifests of skipped objects go.</summary>
    public required string ErrorPrefix { get; init; }
    public required long BufferBytes { get; init; }
    public required TimeSpan BufferInterval { get; init; }
    public required bool Gzip { get; init; }

    /// <summary>Where records go as they came, besides; null for nowhere.</summary>
    public BackupBucket? Backup { get; init; }

    /// <summary>Fills in what the API leaves to defaults.</summary>
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
            throw Invalid("BufferingHints need both SizeInMBs and IntervalInSeconds, or neither.");
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

    /// <exception cref="AwsException">InvalidArgumentException: something is missing, out of bounds, or not supported
    /// here.</exception>
    public static Destination From(RedshiftDestination given)
    {
        var s3 = given.S3Configuration ?? throw Invalid("S3Configuration is needed.");
        var copy = given.CopyCommand ?? throw Invalid("CopyCommand is needed.");
        var hints = s3.BufferingHints!;
        return new Destination
        {
            ConnectionString = JdbcUrl.ToConnectionString(
                given.ClusterJDBCURL ?? throw Invalid("ClusterJDBCURL is needed."),
                given.Username ?? throw Invalid("Username is needed."),
                given.Password ?? throw Invalid("Password is needed.")
            ),
            Table = TableOf(copy),
            RetryDuration = TimeSpan.FromSeconds(
                Bounded(given.RetryOptions!.DurationInSeconds!.Value, 0, 7200, "RetryOptions.DurationInSeconds")
            ),
            Bucket = BucketName(s3.BucketARN),
            Prefix = s3.Prefix ?? "",
            ErrorPrefix = s3.ErrorOutputPrefix ?? "errors/manifests/",
            BufferBytes = Bounded(hints.SizeInMBs!.Value, 1, 128, "BufferingHints.SizeInMBs") * 1024L * 1024,
            BufferInterval = TimeSpan.FromSeconds(
                Bounded(hints.IntervalInSeconds!.Value, 0, 900, "BufferingHints.IntervalInSeconds")
            ),
            Gzip = IsGzip(s3.CompressionFormat!, copy.CopyOptions ?? ""),
            Backup = BackupOf(given),
        }.Supported(given, copy);
    }

    private Destination Supported(RedshiftDestination given, CopyCommand copy)
    {
        if (given.ProcessingConfiguration?.Enabled is true)
            throw Invalid("ProcessingConfiguration is not supported.");
        if (!JsonAuto().IsMatch(copy.CopyOptions ?? ""))
            throw Invalid("CopyOptions must have the format JSON 'auto': no other is supported.");
        return this;
    }

    private static BackupBucket? BackupOf(RedshiftDestination given)
    {
        if (given.S3BackupMode is "Disabled")
            return null;
        if (given.S3BackupMode is not "Enabled")
            throw Invalid($"S3BackupMode is '{given.S3BackupMode}'; it is Disabled or Enabled.");
        var s3 = given.S3BackupConfiguration
            ?? throw Invalid("S3BackupConfiguration is needed for S3BackupMode 'Enabled'.");
        if (s3.CompressionFormat is not ("UNCOMPRESSED" or "GZIP"))
            throw Invalid(
                $"CompressionFormat '{s3.CompressionFormat}' of S3BackupConfiguration is not supported here: UNCOMPRESSED or GZIP."
            );
        return new BackupBucket(BucketName(s3.BucketARN), s3.Prefix ?? "", s3.CompressionFormat is "GZIP");
    }

    private static bool IsGzip(string format, string copyOptions)
    {
        // "SNAPPY or ZIP cannot be specified because the Amazon Redshift COPY operation doesn't support them"
        // (RedshiftDestinationConfiguration).
        if (format is not ("UNCOMPRESSED" or "GZIP"))
            throw Invalid($"CompressionFormat '{format}' is not supported by COPY: UNCOMPRESSED or GZIP.");
        // Redshift would fail each COPY at its first byte.
        if ((format == "GZIP") != GzipOption().IsMatch(copyOptions))
            throw Invalid(
                "CompressionFormat GZIP and the CopyOption GZIP go together: one is given without the other."
            );
        return format == "GZIP";
    }

    private static string BucketName(string? arn) =>
        arn is not null && arn.StartsWith(BucketArn, StringComparison.Ordinal) && arn.Length > BucketArn.Length
            ? arn[BucketArn.Length..]
            : throw Invalid($"BucketARN '{arn}' is not of the form {BucketArn}NAME.");

    private static LoadTable TableOf(CopyCommand copy)
    {
        try
        {
            return LoadTable.Parse(copy.DataTableName, copy.DataTableColumns);
        }
        catch (FormatException error)
        {
            throw Invalid(error.Message);
        }
    }

    private static int Bounded(int value, int least, int most, string name) =>
        value >= least && value <= most
            ? value
            : throw Invalid($"{name} is {value}; it must be from {least} to {most}.");

    private static AwsException Invalid(string message) => new("InvalidArgumentException", message);

    [GeneratedRegex(@"\bjson\s+(as\s+)?'auto'", RegexOptions.IgnoreCase)]
    private static partial Regex JsonAuto();

    [GeneratedRegex(@"\bgzip\b", RegexOptions.IgnoreCase)]
    private static partial Regex GzipOption();
}

/// <summary>
/// Where source records are backed up. They go there with each batch; the backup's own buffering hints are not looked
/// at.
/// </summary>
internal sealed record BackupBucket(string Bucket, string Prefix, bool Gzip);
