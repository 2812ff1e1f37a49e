namespace Amazon.KinesisFirehose.Model;

/// <summary>When a buffer is delivered: whichever comes first. Set both or neither.</summary>
public class BufferingHints
{
    /// <summary>0–900; default 300.</summary>
    public int? IntervalInSeconds { get; set; }

    /// <summary>1–128; default 5.</summary>
    public int? SizeInMBs { get; set; }
}

/// <summary>Where staging objects go.</summary>
public class S3DestinationConfiguration
{
    /// <summary><c>arn:aws:s3:::bucket</c>.</summary>
    public string BucketARN { get; set; }

    public BufferingHints BufferingHints { get; set; }
    public CompressionFormat CompressionFormat { get; set; }

    /// <summary>Before the names of objects that could not be delivered.</summary>
    public string ErrorOutputPrefix { get; set; }

    /// <summary>Before the names of objects, which start with <c>YYYY/MM/dd/HH/</c> in UTC.</summary>
    public string Prefix { get; set; }

    public string RoleARN { get; set; }
}

/// <summary>As <see cref="S3DestinationConfiguration"/>; what is null stays as it is.</summary>
public class S3DestinationUpdate
{
    public string BucketARN { get; set; }
    public BufferingHints BufferingHints { get; set; }
    public CompressionFormat CompressionFormat { get; set; }
    public string ErrorOutputPrefix { get; set; }
    public string Prefix { get; set; }
    public string RoleARN { get; set; }
}

/// <summary>An <see cref="S3DestinationConfiguration"/> as it is in force.</summary>
public class S3DestinationDescription
{
    public string BucketARN { get; set; }
    public BufferingHints BufferingHints { get; set; }
    public CompressionFormat CompressionFormat { get; set; }
    public string ErrorOutputPrefix { get; set; }
    public string Prefix { get; set; }
    public string RoleARN { get; set; }
}
