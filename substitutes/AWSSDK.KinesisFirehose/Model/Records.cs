using Amazon.Runtime;
using AwsJson;

namespace Amazon.KinesisFirehose.Model;

/// <summary>A record of at most 1,000 KiB. An object contains records without anything between them.</summary>
public class Record
{
    public MemoryStream Data { get; set; }
}

public class PutRecordRequest : AmazonKinesisFirehoseRequest
{
    public string DeliveryStreamName { get; set; }
    public Record Record { get; set; }
}

public class PutRecordResponse : AmazonWebServiceResponse
{
    public bool? Encrypted { get; set; }
    public string RecordId { get; set; }
}

/// <summary>Puts up to 500 records, 4 MiB together. Each record can fail separately.</summary>
public class PutRecordBatchRequest : AmazonKinesisFirehoseRequest
{
    public string DeliveryStreamName { get; set; }
    public List<Record> Records { get; set; } = InitialCollections.List<Record>();
}

public class PutRecordBatchResponse : AmazonWebServiceResponse
{
    public bool? Encrypted { get; set; }

    /// <summary>
    /// Number of entries with an error code. The SDK does not retry them; the caller has to.
    /// </summary>
    public int? FailedPutCount { get; set; }

    /// <summary>One entry for each record, in the order of the request.</summary>
    public List<PutRecordBatchResponseEntry> RequestResponses { get; set; } =
        InitialCollections.List<PutRecordBatchResponseEntry>();
}

public class PutRecordBatchResponseEntry
{
    /// <summary><c>ServiceUnavailableException</c> or <c>InternalFailure</c>; null for a successful record.</summary>
    public string ErrorCode { get; set; }

    public string ErrorMessage { get; set; }
    public string RecordId { get; set; }
}
