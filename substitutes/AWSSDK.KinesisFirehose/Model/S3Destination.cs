namespace Amazon.KinesisFirehose.Model;

/// <summary>A buffer is delivered when one of these limits is reached. Set both or neither.</summary>
public class BufferingHints
{
    /// <summary>0–900; default 300.</summary>
    public int? IntervalInSeconds { get; set; }

    /// <summary>1–128; default 5.</summary>
    public int? SizeInMBs { get; set; }
}

/// <summary>Destination of staged objects.</summary>
public class S3DestinationConfiguration
{
    /// <summary><c>arn:aws:s3:::bucket</c>.</summary>
    public string BucketARN { get; set; }

    public BufferingHints BufferingHints { get; set; }
    public CompressionFormat CompressionFormat { get; set; }

    /// <summary>Prefix of objects that could not be delivered.</summary>
    public string ErrorOutputPrefix { get; set; }

    /// <summary>Prefix of objects, before <c>YYYY/MM/dd/HH/</c> in UTC.</summary>
    public string Prefix { get; set; }

    public string RoleARN { get; set; }
}

/// <summary>Changes an <see cref="S3DestinationConfiguration"/>. Null values stay unchanged.</summary>
public class S3DestinationUpdate
{
    public string BucketARN { get; set; }
    public BufferingHints BufferingHints { get; set; }
    public CompressionFormat CompressionFormat { get; set; }
    public string ErrorOutputPrefix { get; set; }
    public string Prefix { get; set; }
    public string RoleARN { get; set; }
}

/// <summary>The current <see cref="S3DestinationConfiguration"/>.</summary>
public class S3DestinationDescription
{
    public string BucketARN { get; set; }
    public BufferingHints BufferingHints { get; set; }
    public CompressionFormat CompressionFormat { get; set; }
    public string ErrorOutputPrefix { get; set; }
    public string Prefix { get; set; }
    public string RoleARN { get; set; }
}
