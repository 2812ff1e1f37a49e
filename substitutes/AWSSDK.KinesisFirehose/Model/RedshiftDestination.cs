namespace Amazon.KinesisFirehose.Model;

/// <summary>The COPY that loads a staging object.</summary>
public class CopyCommand
{
    /// <summary>Parameters of COPY after the credentials, such as <c>json 'auto' gzip</c>.</summary>
    public string CopyOptions { get; set; }

    /// <summary>Comma-separated; null for all columns.</summary>
    public string DataTableColumns { get; set; }

    public string DataTableName { get; set; }
}

public class RedshiftRetryOptions
{
    /// <summary>
    /// Seconds for which a failing COPY is retried, 0–7,200; default 3,600. Afterwards its manifest is written to
    /// <c>errors/</c>.
    /// </summary>
    public int? DurationInSeconds { get; set; }
}

/// <summary>Delivers to Redshift: stages objects in S3 and loads them with COPY.</summary>
public class RedshiftDestinationConfiguration
{
    /// <summary><c>jdbc:redshift://host:port/database</c>.</summary>
    public string ClusterJDBCURL { get; set; }

    public CopyCommand CopyCommand { get; set; }
    public string Password { get; set; }
    public RedshiftRetryOptions RetryOptions { get; set; }
    public string RoleARN { get; set; }

    /// <summary>Destination of source records when <see cref="S3BackupMode"/> is enabled.</summary>
    public S3DestinationConfiguration S3BackupConfiguration { get; set; }

    /// <summary>Disabled by default. Cannot be disabled again.</summary>
    public RedshiftS3BackupMode S3BackupMode { get; set; }

    /// <summary>Destination of staged objects. Redshift's COPY cannot read Snappy and ZIP.</summary>
    public S3DestinationConfiguration S3Configuration { get; set; }

    public string Username { get; set; }
}

/// <summary>Changes a <see cref="RedshiftDestinationConfiguration"/>. Null values stay unchanged.</summary>
public class RedshiftDestinationUpdate
{
    public string ClusterJDBCURL { get; set; }
    public CopyCommand CopyCommand { get; set; }
    public string Password { get; set; }
    public RedshiftRetryOptions RetryOptions { get; set; }
    public string RoleARN { get; set; }
    public RedshiftS3BackupMode S3BackupMode { get; set; }
    public S3DestinationUpdate S3BackupUpdate { get; set; }
    public S3DestinationUpdate S3Update { get; set; }
    public string Username { get; set; }
}

/// <summary>The current <see cref="RedshiftDestinationConfiguration"/>, without the password.</summary>
public class RedshiftDestinationDescription
{
    public string ClusterJDBCURL { get; set; }
    public CopyCommand CopyCommand { get; set; }
    public RedshiftRetryOptions RetryOptions { get; set; }
    public string RoleARN { get; set; }
    public S3DestinationDescription S3BackupDescription { get; set; }
    public RedshiftS3BackupMode S3BackupMode { get; set; }
    public S3DestinationDescription S3DestinationDescription { get; set; }
    public string Username { get; set; }
}
