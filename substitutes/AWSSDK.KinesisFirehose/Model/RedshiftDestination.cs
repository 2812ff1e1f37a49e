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
    /// How long a failing COPY is repeated, 0–7,200; default 3,600. Then its manifest is put under <c>errors/</c>.
    /// </summary>
    public int? DurationInSeconds { get; set; }
}

/// <summary>Delivery to Redshift: objects are staged in S3 and copied.</summary>
public class RedshiftDestinationConfiguration
{
    /// <summary><c>jdbc:redshift://host:port/database</c>.</summary>
    public string ClusterJDBCURL { get; set; }

    public CopyCommand CopyCommand { get; set; }
    public string Password { get; set; }
    public RedshiftRetryOptions RetryOptions { get; set; }
    public string RoleARN { get; set; }

    /// <summary>Where source records go when <see cref="S3BackupMode"/> is enabled.</summary>
    public S3DestinationConfiguration S3BackupConfiguration { get; set; }

    /// <summary>Default disabled; once enabled, it stays so.</summary>
    public RedshiftS3BackupMode S3BackupMode { get; set; }

    /// <summary>Where to stage. Redshift's COPY cannot read the formats Snappy and ZIP.</summary>
    public S3DestinationConfiguration S3Configuration { get; set; }

    public string Username { get; set; }
}

/// <summary>As <see cref="RedshiftDestinationConfiguration"/>; what is null stays as it is.</summary>
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

/// <summary>A <see cref="RedshiftDestinationConfiguration"/> as it is in force, without its password.</summary>
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
