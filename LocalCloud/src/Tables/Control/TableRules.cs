using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;

namespace LocalCloud.Tables.Control;

/// <summary>
/// Checks rules of CreateTable and UpdateTable that concern several members. Throws ValidationException.
/// </summary>
internal static class TableRules
{
    private const long MaxUnits = 1_000_000_000_000;
    private const int MaxLocalIndexes = 5;
    public const int MaxGlobalIndexes = 20;
    private const int MaxNonKeyAttributes = 20;
    private const int MaxAttributeName = 255;

    private const string SameName = "Both the Hash Key and the Range Key element in the KeySchema have the same name";

    public static void CheckCreate(TableRequest request)
    {
        RejectUnsupported(request);
        var isOnDemand = request.BillingMode is "PAY_PER_REQUEST";
        CheckBilling(request.ProvisionedThroughput, isOnDemand);
        List<string> defined = [.. request.AttributeDefinitions!.Select(attribute => attribute.AttributeName!)];
        List<string> keys = [.. request.KeySchema!.Select(key => key.AttributeName!)];
        if (keys.Count > defined.Count)
            throw TableErrors.Validation("Invalid KeySchema: Some index key attribute have no definition");
        CheckDefined(keys, defined);
        CheckKeyTypes(request.KeySchema!);
        if (
            request.LocalSecondaryIndexes is null
            && request.GlobalSecondaryIndexes is null
            && keys.Count != defined.Count
        )
            throw TableErrors.Invalid(
                "Number of attributes in KeySchema does not exactly match number of attributes "
                    + "defined in AttributeDefinitions"
            );
        var names = new HashSet<string>(StringComparer.Ordinal);
        CheckLocalIndexes(request, defined, names);
        CheckGlobalIndexes(request, defined, names, isOnDemand);
        CheckUsed(request, defined);
    }

    public static void CheckBounds(ThroughputRequest? throughput)
    {
        if (throughput?.ReadCapacityUnits > MaxUnits)
            throw TableErrors.Validation(
                $"Given value {throughput.ReadCapacityUnits} for ReadCapacityUnits is out of bounds"
            );
        if (throughput?.WriteCapacityUnits > MaxUnits)
            throw TableErrors.Validation(
                $"Given value {throughput.WriteCapacityUnits} for WriteCapacityUnits is out of bounds"
            );
    }

    /// <summary>Rejects parts of the API that LocalCloud lacks, rather than ignoring them.</summary>
    public static void RejectUnsupported(TableRequest request)
    {
        if (request.StreamEnabled is true)
            throw TableErrors.Invalid(
                "LocalCloud has no DynamoDB Streams: StreamSpecification.StreamEnabled must be false"
            );
        if (request.HasReplicas)
            throw TableErrors.Invalid("LocalCloud has no global tables: ReplicaUpdates is not supported");
    }

    /// <summary>Checks a new index without regard to the others.</summary>
    public static void CheckIndex(IndexRequest index, List<string> defined, bool isOnDemand, bool isLocal = false)
    {
        var key = index.KeySchema!;
        CheckDefined([.. key.Select(element => element.AttributeName!)], defined);
        CheckKeyTypes(key);
        if (isLocal)
            return;
        CheckProjection(index);
        if (isOnDemand && index.ProvisionedThroughput is not null)
            throw TableErrors.Invalid(
                $"ProvisionedThroughput should not be specified for index: {index.IndexName} when "
                    + "BillingMode is PAY_PER_REQUEST"
            );
        CheckBounds(index.ProvisionedThroughput);
    }

    private static void CheckBilling(ThroughputRequest? throughput, bool isOnDemand)
    {
        if (isOnDemand && throughput is not null)
            throw TableErrors.Invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            );
        if (!isOnDemand && throughput is null)
            throw TableErrors.Invalid(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
            );
        CheckBounds(throughput);
    }

    private static void CheckLocalIndexes(TableRequest request, List<string> defined, HashSet<string> names)
    {
        if (request.LocalSecondaryIndexes is not { } indexes)
            return;
        if (indexes.Count == 0)
            throw TableErrors.Invalid("List of LocalSecondaryIndexes is empty");
        if (request.KeySchema!.Count != 2)
            throw TableErrors.Invalid(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
            );
        var tableHash = request.KeySchema[0].AttributeName;
        foreach (var index in indexes)
        {
            CheckIndex(index, defined, isOnDemand: false, isLocal: true);
            if (index.KeySchema!.Count != 2)
                throw TableErrors.Invalid($"Index KeySchema does not have a range key for index: {index.IndexName}");
            if (index.KeySchema[0].AttributeName is var hash && hash != tableHash)
                throw TableErrors.Invalid(
                    "Index KeySchema does not have the same leading hash key as table KeySchema for "
                        + $"index: {index.IndexName}. index hash key: {hash}, table hash key: {tableHash}"
                );
            CheckProjection(index);
            CheckUnique(index, names);
        }
        if (indexes.Count > MaxLocalIndexes)
            throw TableErrors.Invalid($"Number of LocalSecondaryIndexes exceeds per-table limit of {MaxLocalIndexes}");
    }

    private static void CheckGlobalIndexes(
        TableRequest request,
        List<string> defined,
        HashSet<string> names,
        bool isOnDemand
    )
    {
        if (request.GlobalSecondaryIndexes is not { } indexes)
            return;
        if (indexes.Count == 0)
            throw TableErrors.Invalid("List of GlobalSecondaryIndexes is empty");
        foreach (var index in indexes)
        {
            CheckIndex(index, defined, isOnDemand);
            CheckUnique(index, names);
        }
        if (indexes.Count > MaxGlobalIndexes)
            throw TableErrors.Invalid($"GlobalSecondaryIndex count exceeds the per-table limit of {MaxGlobalIndexes}");
        if (!isOnDemand && indexes.Find(index => index.ProvisionedThroughput is null) is { } without)
            throw TableErrors.Invalid($"ProvisionedThroughput is not specified for index: {without.IndexName}");
    }

    private static void CheckUsed(TableRequest request, List<string> defined)
    {
        var used = request
            .KeySchema!.Concat(request.LocalSecondaryIndexes?.SelectMany(index => index.KeySchema!) ?? [])
            .Concat(request.GlobalSecondaryIndexes?.SelectMany(index => index.KeySchema!) ?? [])
            .Select(key => key.AttributeName!)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (defined.Except(used, StringComparer.Ordinal).Any())
            throw TableErrors.Invalid(
                "Some AttributeDefinitions are not used. "
                    + $"AttributeDefinitions: [{string.Join(", ", defined)}], keys used: [{string.Join(", ", used)}]"
            );
        if (defined.Find(name => name.Length > MaxAttributeName) is { } tooLong)
            throw TableErrors.Invalid($"Attribute name is longer than {MaxAttributeName} characters: {tooLong}");
        if (
            defined.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is
            { } twice
        )
            throw TableErrors.Validation($"Cannot have two attributes with the same name: {twice.Key}");
    }

    private static void CheckUnique(IndexRequest index, HashSet<string> names)
    {
        if (!names.Add(index.IndexName!))
            throw TableErrors.Invalid($"Duplicate index name: {index.IndexName}");
    }

    private static void CheckProjection(IndexRequest index)
    {
        var projection = index.Projection!;
        if (projection.ProjectionType is null)
            throw TableErrors.Invalid("Unknown ProjectionType: null");
        if (projection.NonKeyAttributes is not null && projection.ProjectionType is not "INCLUDE")
            throw TableErrors.Invalid(
                $"ProjectionType is {projection.ProjectionType}, but NonKeyAttributes is specified"
            );
        if (projection.NonKeyAttributes is null && projection.ProjectionType is "INCLUDE")
            throw TableErrors.Invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
        if (projection.NonKeyAttributes?.Count > MaxNonKeyAttributes)
            throw TableErrors.Invalid(
                $"NonKeyAttributes of index {index.IndexName} exceeds the limit of {MaxNonKeyAttributes}"
            );
    }

    private static void CheckDefined(List<string> keys, List<string> defined)
    {
        if (keys.Exists(key => !defined.Contains(key)))
            throw TableErrors.Invalid(
                "Some index key attributes are not defined in AttributeDefinitions. "
                    + $"Keys: [{string.Join(", ", keys)}], AttributeDefinitions: [{string.Join(", ", defined)}]"
            );
    }

    private static void CheckKeyTypes(List<KeyRequest> key)
    {
        if (key.Count > 1 && key[0].AttributeName == key[1].AttributeName)
            throw TableErrors.Validation(SameName);
        if (key[0].KeyType is not "HASH")
            throw TableErrors.Validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
        if (key.Count > 1 && key[1].KeyType is not "RANGE")
            throw TableErrors.Validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
}
