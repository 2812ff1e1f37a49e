using Amazon.Runtime;

namespace Amazon.KinesisFirehose;

/// <summary>Compression of staged objects. Redshift's COPY reads UNCOMPRESSED and GZIP.</summary>
public class CompressionFormat : ConstantClass
{
    public static readonly CompressionFormat GZIP = new("GZIP");
    public static readonly CompressionFormat HADOOP_SNAPPY = new("HADOOP_SNAPPY");
    public static readonly CompressionFormat Snappy = new("Snappy");
    public static readonly CompressionFormat UNCOMPRESSED = new("UNCOMPRESSED");
    public static readonly CompressionFormat ZIP = new("ZIP");

    public CompressionFormat(string value)
        : base(value) { }

    public static CompressionFormat FindValue(string value) => FindValue<CompressionFormat>(value);

    public static implicit operator CompressionFormat(string value) => FindValue(value);
}

/// <summary>Status of a delivery stream. It accepts records while ACTIVE.</summary>
public class DeliveryStreamStatus : ConstantClass
{
    public static readonly DeliveryStreamStatus ACTIVE = new("ACTIVE");
    public static readonly DeliveryStreamStatus CREATING = new("CREATING");
    public static readonly DeliveryStreamStatus CREATING_FAILED = new("CREATING_FAILED");
    public static readonly DeliveryStreamStatus DELETING = new("DELETING");
    public static readonly DeliveryStreamStatus DELETING_FAILED = new("DELETING_FAILED");

    public DeliveryStreamStatus(string value)
        : base(value) { }

    public static DeliveryStreamStatus FindValue(string value) => FindValue<DeliveryStreamStatus>(value);

    public static implicit operator DeliveryStreamStatus(string value) => FindValue(value);
}

/// <summary>Source of a delivery stream's records.</summary>
public class DeliveryStreamType : ConstantClass
{
    public static readonly DeliveryStreamType DatabaseAsSource = new("DatabaseAsSource");
    public static readonly DeliveryStreamType DirectPut = new("DirectPut");
    public static readonly DeliveryStreamType KinesisStreamAsSource = new("KinesisStreamAsSource");
    public static readonly DeliveryStreamType MSKAsSource = new("MSKAsSource");

    public DeliveryStreamType(string value)
        : base(value) { }

    public static DeliveryStreamType FindValue(string value) => FindValue<DeliveryStreamType>(value);

    public static implicit operator DeliveryStreamType(string value) => FindValue(value);
}

/// <summary>True if source records are backed up in S3.</summary>
public class RedshiftS3BackupMode : ConstantClass
{
    public static readonly RedshiftS3BackupMode Disabled = new("Disabled");
    public static readonly RedshiftS3BackupMode Enabled = new("Enabled");

    public RedshiftS3BackupMode(string value)
        : base(value) { }

    public static RedshiftS3BackupMode FindValue(string value) => FindValue<RedshiftS3BackupMode>(value);

    public static implicit operator RedshiftS3BackupMode(string value) => FindValue(value);
}
