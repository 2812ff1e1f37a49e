using System.Text.RegularExpressions;
using Pos.LocalCloud.Delivery.Api;
using Pos.LocalCloud.Delivery.Copy;
using Pos.LocalCloud.Protocol;

namespace Pos.LocalCloud.Delivery;

/// <summary>A valid destination: where objects are staged and where COPY takes them.</summary>
internal sealed partial record Destination
{
    private const string BucketArn = "arn:aws:s3:::";

    public required string ConnectionString { get; init; }

    /// <summary>The table, perhaps with its schema, quoted.</summary>
    public required string Table { get; init; }

    /// <summary>Columns that COPY names; empty for all that the table has.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>How long a failing COPY is tried again; 0: not at all.</summary>
    public required TimeSpan RetryDuration { get; init; }
    public required string Bucket { get; init; }
    public required string Prefix { get; init; }

    /// <summary>Where the manifests of skipped objects go.</summary>
    public required string ErrorPrefix { get; init; }
    public required long BufferBytes { get; init; }
    public required TimeSpan BufferInterval { get; init; }
    public required bool Gzip { get; init; }

    /// <summary>Fills in what the API leaves to defaults.</summary>
    /// <remarks>Defaults and bounds: API reference, BufferingHints (5 MiB of 1–128, 300 s of 0–900), RedshiftRetryOptions (3,600 s of 0–7,200).</remarks>
    public static RedshiftDestination WithDefaults(RedshiftDestination given) => given with
    {
        RetryOptions = new RetryOptions { DurationInSeconds = given.RetryOptions?.DurationInSeconds ?? 3600 },
        S3BackupMode = given.S3BackupMode ?? "Disabled",
        S3Configuration = given.S3Configuration is not { } s3 ? null : s3 with
        {
            CompressionFormat = s3.CompressionFormat ?? "UNCOMPRESSED",
            BufferingHints = new BufferingHints { SizeInMBs = s3.BufferingHints?.SizeInMBs ?? 5, IntervalInSeconds = s3.BufferingHints?.IntervalInSeconds ?? 300 },
        },
    };

    /// <exception cref="AwsException">InvalidArgumentException: something is missing, out of bounds, or not supported here.</exception>
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
                given.Password ?? throw Invalid("Password is needed.")),
            Table = QuotedTable(copy.DataTableName),
            Columns = ColumnNames(copy.DataTableColumns),
            RetryDuration = TimeSpan.FromSeconds(Bounded(given.RetryOptions!.DurationInSeconds!.Value, 0, 7200, "RetryOptions.DurationInSeconds")),
            Bucket = BucketName(s3.BucketARN),
            Prefix = s3.Prefix ?? "",
            ErrorPrefix = s3.ErrorOutputPrefix ?? "errors/manifests/",
            BufferBytes = Bounded(hints.SizeInMBs!.Value, 1, 128, "BufferingHints.SizeInMBs") * 1024L * 1024,
            BufferInterval = TimeSpan.FromSeconds(Bounded(hints.IntervalInSeconds!.Value, 0, 900, "BufferingHints.IntervalInSeconds")),
            Gzip = IsGzip(s3.CompressionFormat!, copy.CopyOptions ?? ""),
        }.Supported(given, copy);
    }

    private Destination Supported(RedshiftDestination given, CopyCommand copy)
    {
        if (given.S3BackupMode != "Disabled")
            throw Invalid("S3BackupMode 'Enabled' is not supported: staged objects stay in the bucket.");
        if (given.ProcessingConfiguration?.Enabled is true)
            throw Invalid("ProcessingConfiguration is not supported.");
        if (!JsonAuto().IsMatch(copy.CopyOptions ?? ""))
            throw Invalid("CopyOptions must have the format JSON 'auto': no other is supported.");
        return this;
    }

    private static bool IsGzip(string format, string copyOptions)
    {
        // "SNAPPY or ZIP cannot be specified because the Amazon Redshift COPY operation doesn't support them" (RedshiftDestinationConfiguration).
        if (format is not ("UNCOMPRESSED" or "GZIP"))
            throw Invalid($"CompressionFormat '{format}' is not supported by COPY: UNCOMPRESSED or GZIP.");
        // Redshift would fail each COPY at its first byte.
        if ((format == "GZIP") != GzipOption().IsMatch(copyOptions))
            throw Invalid("CompressionFormat GZIP and the CopyOption GZIP go together: one is given without the other.");
        return format == "GZIP";
    }

    private static string BucketName(string? arn) =>
        arn is not null && arn.StartsWith(BucketArn, StringComparison.Ordinal) && arn.Length > BucketArn.Length
            ? arn[BucketArn.Length..]
            : throw Invalid($"BucketARN '{arn}' is not of the form {BucketArn}NAME.");

    private static string QuotedTable(string? name) =>
        name is not null && TableName().IsMatch(name)
            ? string.Join('.', name.Split('.').Select(part => $"\"{part}\""))
            : throw Invalid($"DataTableName '{name}' is not a table's name: TABLE or SCHEMA.TABLE.");

    private static string[] ColumnNames(string? list)
    {
        var names = (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.FirstOrDefault(name => !ColumnName().IsMatch(name)) is { } bad
            ? throw Invalid($"DataTableColumns has '{bad}', which is not a column's name.")
            : names;
    }

    private static int Bounded(int value, int least, int most, string name) =>
        value >= least && value <= most ? value : throw Invalid($"{name} is {value}; it must be from {least} to {most}.");

    private static AwsException Invalid(string message) => new("InvalidArgumentException", message);

    // Unquoted names, which both dialects fold to lower case.
    [GeneratedRegex(@"^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)?$")]
    private static partial Regex TableName();

    [GeneratedRegex(@"^[a-z_][a-z0-9_$]*$")]
    private static partial Regex ColumnName();

    [GeneratedRegex(@"\bjson\s+(as\s+)?'auto'", RegexOptions.IgnoreCase)]
    private static partial Regex JsonAuto();

    [GeneratedRegex(@"\bgzip\b", RegexOptions.IgnoreCase)]
    private static partial Regex GzipOption();
}
