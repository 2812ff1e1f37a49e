using System.Text.Json;
using Amazon.KinesisFirehose.Model;
using AwsJson;

namespace Amazon.KinesisFirehose.Internal;

/// <summary>Writes and reads the JSON of the Redshift destination with its staging in S3.</summary>
internal static class DestinationJson
{
    public static void Write(Utf8JsonWriter json, RedshiftDestinationConfiguration redshift)
    {
        json.WriteMember("ClusterJDBCURL", redshift.ClusterJDBCURL);
        json.WriteMember("CopyCommand", redshift.CopyCommand, Write);
        json.WriteMember("Password", redshift.Password);
        json.WriteMember("RetryOptions", redshift.RetryOptions, Write);
        json.WriteMember("RoleARN", redshift.RoleARN);
        json.WriteMember("S3BackupConfiguration", redshift.S3BackupConfiguration, Write);
        json.WriteMember("S3BackupMode", redshift.S3BackupMode);
        json.WriteMember("S3Configuration", redshift.S3Configuration, Write);
        json.WriteMember("Username", redshift.Username);
    }

    public static void Write(Utf8JsonWriter json, RedshiftDestinationUpdate redshift)
    {
        json.WriteMember("ClusterJDBCURL", redshift.ClusterJDBCURL);
        json.WriteMember("CopyCommand", redshift.CopyCommand, Write);
        json.WriteMember("Password", redshift.Password);
        json.WriteMember("RetryOptions", redshift.RetryOptions, Write);
        json.WriteMember("RoleARN", redshift.RoleARN);
        json.WriteMember("S3BackupMode", redshift.S3BackupMode);
        json.WriteMember("S3BackupUpdate", redshift.S3BackupUpdate, Write);
        json.WriteMember("S3Update", redshift.S3Update, Write);
        json.WriteMember("Username", redshift.Username);
    }

    public static void Read(ref Utf8JsonReader json, DestinationDescription destination)
    {
        if (json.IsMember("DestinationId"u8))
            destination.DestinationId = json.GetString();
        else if (json.IsMember("RedshiftDestinationDescription"u8))
            destination.RedshiftDestinationDescription = json.ReadObject<RedshiftDestinationDescription>(Read);
    }

    private static void Write(Utf8JsonWriter json, S3DestinationConfiguration s3)
    {
        json.WriteMember("BucketARN", s3.BucketARN);
        json.WriteMember("BufferingHints", s3.BufferingHints, Write);
        json.WriteMember("CompressionFormat", s3.CompressionFormat);
        json.WriteMember("ErrorOutputPrefix", s3.ErrorOutputPrefix);
        json.WriteMember("Prefix", s3.Prefix);
        json.WriteMember("RoleARN", s3.RoleARN);
    }

    private static void Write(Utf8JsonWriter json, S3DestinationUpdate s3)
    {
        json.WriteMember("BucketARN", s3.BucketARN);
        json.WriteMember("BufferingHints", s3.BufferingHints, Write);
        json.WriteMember("CompressionFormat", s3.CompressionFormat);
        json.WriteMember("ErrorOutputPrefix", s3.ErrorOutputPrefix);
        json.WriteMember("Prefix", s3.Prefix);
        json.WriteMember("RoleARN", s3.RoleARN);
    }

    private static void Write(Utf8JsonWriter json, BufferingHints hints)
    {
        json.WriteMember("IntervalInSeconds", hints.IntervalInSeconds);
        json.WriteMember("SizeInMBs", hints.SizeInMBs);
    }

    private static void Write(Utf8JsonWriter json, CopyCommand copy)
    {
        json.WriteMember("CopyOptions", copy.CopyOptions);
        json.WriteMember("DataTableColumns", copy.DataTableColumns);
        json.WriteMember("DataTableName", copy.DataTableName);
    }

    private static void Write(Utf8JsonWriter json, RedshiftRetryOptions retry) =>
        json.WriteMember("DurationInSeconds", retry.DurationInSeconds);

    private static void Read(ref Utf8JsonReader json, RedshiftDestinationDescription redshift)
    {
        if (json.IsMember("ClusterJDBCURL"u8))
            redshift.ClusterJDBCURL = json.GetString();
        else if (json.IsMember("CopyCommand"u8))
            redshift.CopyCommand = json.ReadObject<CopyCommand>(Read);
        else if (json.IsMember("RetryOptions"u8))
            redshift.RetryOptions = json.ReadObject<RedshiftRetryOptions>(Read);
        else if (json.IsMember("RoleARN"u8))
            redshift.RoleARN = json.GetString();
        else if (json.IsMember("S3BackupDescription"u8))
            redshift.S3BackupDescription = json.ReadObject<S3DestinationDescription>(Read);
        else if (json.IsMember("S3BackupMode"u8))
            redshift.S3BackupMode = json.GetString();
        else if (json.IsMember("S3DestinationDescription"u8))
            redshift.S3DestinationDescription = json.ReadObject<S3DestinationDescription>(Read);
        else if (json.IsMember("Username"u8))
            redshift.Username = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, S3DestinationDescription s3)
    {
        if (json.IsMember("BucketARN"u8))
            s3.BucketARN = json.GetString();
        else if (json.IsMember("BufferingHints"u8))
            s3.BufferingHints = json.ReadObject<BufferingHints>(Read);
        else if (json.IsMember("CompressionFormat"u8))
            s3.CompressionFormat = json.GetString();
        else if (json.IsMember("ErrorOutputPrefix"u8))
            s3.ErrorOutputPrefix = json.GetString();
        else if (json.IsMember("Prefix"u8))
            s3.Prefix = json.GetString();
        else if (json.IsMember("RoleARN"u8))
            s3.RoleARN = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, BufferingHints hints)
    {
        if (json.IsMember("IntervalInSeconds"u8))
            hints.IntervalInSeconds = json.ReadInt32();
        else if (json.IsMember("SizeInMBs"u8))
            hints.SizeInMBs = json.ReadInt32();
    }

    private static void Read(ref Utf8JsonReader json, CopyCommand copy)
    {
        if (json.IsMember("CopyOptions"u8))
            copy.CopyOptions = json.GetString();
        else if (json.IsMember("DataTableColumns"u8))
            copy.DataTableColumns = json.GetString();
        else if (json.IsMember("DataTableName"u8))
            copy.DataTableName = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, RedshiftRetryOptions retry)
    {
        if (json.IsMember("DurationInSeconds"u8))
            retry.DurationInSeconds = json.ReadInt32();
    }
}
