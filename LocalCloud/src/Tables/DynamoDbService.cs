using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using LocalCloud.Protocol;
using LocalCloud.Tables.Batches;
using LocalCloud.Tables.Control;
using LocalCloud.Tables.Operations;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Transactions;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables;

/// <summary>The Amazon DynamoDB API of 2012-08-10.</summary>
internal sealed class DynamoDbService(
    WriteOperations writes,
    ReadOperations reads,
    QueryOperation query,
    ScanOperation scan,
    BatchWriteOperation batchWrite,
    BatchGetOperation batchGet,
    TransactWriteOperation transactWrite,
    TransactGetOperation transactGet,
    TableOperations tables,
    UpdateTableOperation updateTable,
    TagOperations tags,
    TimeToLiveOperations timeToLive,
    AccountOperations account
) : IAwsJsonService
{
    // Only responses with many items reach these sizes.
    private const int PageKilobytes = 2 * 1024;
    private const int BatchKilobytes = 24 * 1024;

    public string TargetPrefix => "DynamoDB_20120810";

    public string ContentType => AwsJsonContent.Json10;

    public int MaxBodyBytes => 16 * 1024 * 1024;

    public bool HasChecksum => true;

    public JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public string ErrorType(string code) =>
        code switch
        {
            TableErrors.ValidationCode => $"com.amazon.coral.validate#{code}",
            "SerializationException"
            or "UnknownOperationException"
            or "InternalFailure"
            or "AccessDeniedException"
            or "MissingAuthenticationTokenException"
            or "UnrecognizedClientException"
            or "IncompleteSignatureException"
            or "InvalidSignatureException" => $"com.amazon.coral.service#{code}",
            _ => $"com.amazonaws.dynamodb.v20120810#{code}",
        };

    public string MessageMember(string code) =>
        code is "SerializationException" or "AccessDeniedException" ? "Message" : "message";

    public int MaxResponseKilobytes(string operation) =>
        operation switch
        {
            "Query" or "Scan" => PageKilobytes,
            "BatchGetItem" or "TransactGetItems" => BatchKilobytes,
            _ => 0,
        };

    public async Task HandleAsync(
        string operation,
        ReadOnlyMemory<byte> request,
        Utf8JsonWriter response,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await HandleAsync(operation, request, response);
        }
        catch (JsonException)
        {
            // AWS does not say where the JSON is wrong.
            throw new AwsException("SerializationException", "");
        }
    }

    private async Task HandleAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response)
    {
        if (!Utf8.IsValid(request.Span))
            throw JsonTypes.Error("The request is not UTF-8");
        using var buffer = new ValueBuffer(request.Length);
        switch (operation)
        {
            case "UpdateItem":
                await writes.UpdateAsync(ItemRequestReader.Read(request.Span, buffer), response);
                break;
            case "PutItem":
                await writes.PutAsync(ItemRequestReader.Read(request.Span, buffer), response);
                break;
            case "DeleteItem":
                await writes.DeleteAsync(ItemRequestReader.Read(request.Span, buffer), response);
                break;
            case "GetItem":
                await reads.GetAsync(ItemRequestReader.Read(request.Span, buffer), response);
                break;
            case "Query":
                await query.QueryAsync(ItemRequestReader.Read(request.Span, buffer), response);
                break;
            case "Scan":
                await scan.ScanAsync(ItemRequestReader.Read(request.Span, buffer), response);
                break;
            case "BatchWriteItem":
                await batchWrite.WriteAsync(BatchWriteRequest.Read(request.Span, buffer), response);
                break;
            case "BatchGetItem":
                await batchGet.GetAsync(BatchGetRequest.Read(request.Span, buffer), response);
                break;
            case "TransactWriteItems":
                await transactWrite.WriteAsync(TransactWriteRequest.Read(request.Span, buffer), request, response);
                break;
            case "TransactGetItems":
                await transactGet.GetAsync(TransactGetRequest.Read(request.Span, buffer), response);
                break;
            default:
                await ControlAsync(operation, request, response);
                break;
        }
    }

    private async Task ControlAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response)
    {
        switch (operation)
        {
            case "CreateTable":
                await tables.CreateAsync(RequestObject.Parse(request), response);
                break;
            case "DescribeTable":
                tables.Describe(RequestObject.Parse(request), response);
                break;
            case "UpdateTable":
                await updateTable.UpdateAsync(RequestObject.Parse(request), response);
                break;
            case "DeleteTable":
                await tables.DeleteAsync(RequestObject.Parse(request), response);
                break;
            case "ListTables":
                tables.List(RequestObject.Parse(request), response);
                break;
            case "TagResource":
                await tags.TagAsync(RequestObject.Parse(request));
                break;
            case "UntagResource":
                await tags.UntagAsync(RequestObject.Parse(request));
                break;
            case "ListTagsOfResource":
                tags.List(RequestObject.Parse(request), response);
                break;
            case "UpdateTimeToLive":
                await timeToLive.UpdateAsync(RequestObject.Parse(request), response);
                break;
            case "DescribeTimeToLive":
                timeToLive.Describe(RequestObject.Parse(request), response);
                break;
            case "DescribeLimits":
                AccountOperations.DescribeLimits(response);
                break;
            case "DescribeEndpoints":
                account.DescribeEndpoints(response);
                break;
            case "DescribeContinuousBackups":
                account.DescribeBackups(RequestObject.Parse(request), response);
                break;
            case "UpdateContinuousBackups":
                account.UpdateBackups(RequestObject.Parse(request), response);
                break;
            default:
                throw new AwsException("UnknownOperationException", "");
        }
    }
}
